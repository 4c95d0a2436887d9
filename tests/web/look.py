#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""look.py JOB SEEN - a browser logs in to Icinga Web and looks at pages.

JOB is JSON: base, user, password, and pages, each with
    path    below base
    texts   what has to be there, or the page is asked for again
    graphs  the graphs that have to be there, in full: the names of their templates
    shot    a file for a PNG picture of it, with width and height of the window
    scroll  a CSS selector of what shall be in it
SEEN gets a list with text and images (address, width, height, colours) of each.
"""

import json
import re
import sys
import time
from collections import Counter

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

PATIENCE = 90  # seconds for a page
RELOAD = 30  # and it is asked for again
WIDTH, HEIGHT = 1280, 900

# pictures as they are drawn: an empty one has few colours
IMAGES = """
return Array.from(document.images).filter(i => i.complete && i.naturalWidth > 0).map(i => {
    const canvas = document.createElement('canvas');
    canvas.width = i.naturalWidth; canvas.height = i.naturalHeight;
    const context = canvas.getContext('2d');
    context.drawImage(i, 0, 0);
    const data = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    return {address: i.src, width: i.naturalWidth, height: i.naturalHeight, colours: new Set(data).size};
});
"""


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for option in ("headless=new", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-sync",
                   "disable-background-networking", "disable-component-update", "disable-dev-shm-usage",
                   "hide-scrollbars", f"window-size={WIDTH},{HEIGHT}"):
        options.add_argument("--" + option)
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


def log_in(driver, job):
    driver.get(job["base"] + "authentication/login")
    driver.find_element(By.NAME, "username").send_keys(job["user"])
    driver.find_element(By.NAME, "password").send_keys(job["password"])
    driver.find_element(By.NAME, "btn_submit").click()
    until = time.monotonic() + PATIENCE
    while "authentication/login" in driver.current_url:
        if time.monotonic() > until:
            sys.exit("login: " + driver.find_element(By.TAG_NAME, "body").text)
        time.sleep(0.2)


def seen(driver):
    return {"text": driver.find_element(By.TAG_NAME, "body").text, "images": driver.execute_script(IMAGES)}


def is_complete(page, result):
    if not all(text in result["text"] for text in page.get("texts", ())):
        return False
    there = Counter(name for i in result["images"] for name in re.findall(r"graphite/.*[?&]template=([\w-]+)", i["address"]))
    return Counter(page.get("graphs", ())) <= there


def look(driver, job, page):
    """What is on the page, as soon as it is all there; as it is when time is up."""
    driver.set_window_size(page.get("width", WIDTH), page.get("height", HEIGHT))
    until = time.monotonic() + PATIENCE
    while True:
        driver.get(job["base"] + page["path"])
        again = time.monotonic() + RELOAD
        while time.monotonic() < again:
            result = seen(driver)
            if is_complete(page, result) or time.monotonic() > until:
                return result
            time.sleep(0.3)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    driver = browser()
    try:
        log_in(driver, job)
        results = []
        for page in job["pages"]:
            results.append(look(driver, job, page))
            if "scroll" in page:
                driver.execute_script("document.querySelector(arguments[0]).scrollIntoView()", page["scroll"])
                time.sleep(1)
            if "shot" in page:
                driver.save_screenshot(page["shot"])
    finally:
        driver.quit()
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(results, file)


main()
