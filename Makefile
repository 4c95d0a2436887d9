# SPDX-License-Identifier: GPL-3.0-or-later
# Makefile - build, check, install.  GNU make; V=1 shows whole commands.
#
#   make                 the plugins, in plugins/
#   make demo            the plugins at work on the lab's mail servers
#   make check           every test there is; also: make lint, make asan, make tsan
#   make check-web       a browser before Icinga Web; make check ALSO=web has it, too
#   make demo-web        the same Icinga Web to look at, on loopback; make screenshots: docs/img
#   make WITH_LIBMONITORINGPLUG=DIR   with the library of monitoring-plugins: see README.md
#   make generated       icinga-conf files that follow from the plugins' --help
#   make dist deb        the release's archive; a Debian package, in build/package
#   make check-trixie    builds and unit tests on Debian 13
#   make bench           speed and size against other tools, into docs/performance.md
#   make graphs          how cost grows, into docs/scale.md, docs/img and docs/data
#   make install         PREFIX=/usr/local DESTDIR= ; plugins go to $(libexecdir), configuration
#                        to copy from to $(examplesdir)
#
# VARIANT=release|asan|tsan|fuzz|coverage says how to compile; each has its own directory below
# build/.  demo and check install missing Debian packages first (tests/tools/deps.sh).

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SECONDARY:

VARIANT ?= release
PREFIX ?= /usr/local
libexecdir ?= $(PREFIX)/libexec
datadir ?= $(PREFIX)/share
mandir ?= $(datadir)/man
completionsdir ?= $(datadir)/bash-completion/completions
# icinga-conf and contrib, to copy from
examplesdir ?= $(datadir)/mailtls-plugins

# openssl is libssl and libcrypto; the other libraries give headers only, as they are
# loaded by the runs that need them (common/lib.h)
LIBRARIES := openssl ldns jansson
# (libunbound, too; its .pc file asks for more than its header needs)
LOADED := libidn2 libcurl
# makes the seccomp filters while all is built; no plugin needs it
MAKING := libseccomp
CPPFLAGS_PKG := $(shell pkg-config --cflags $(LIBRARIES) $(LOADED) 2>/dev/null)
LDLIBS_PKG := $(shell pkg-config --libs $(LIBRARIES) 2>/dev/null)

WARNINGS := -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes \
    -Wwrite-strings -Wvla -Wformat=2 -Wundef $(WERROR)
HARDENING := -fPIE -fstack-protector-strong -fstack-clash-protection
ifneq ($(filter x86_64 i686,$(shell uname -m)),)
HARDENING += -fcf-protection
endif

ifeq ($(VARIANT),release)
OUT := plugins
CFLAGS ?= -O2 -g
HARDENING += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
else ifeq ($(VARIANT),asan)
CC := clang
CFLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
else ifeq ($(VARIANT),fuzz)
CC := clang
CFLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
else ifeq ($(VARIANT),tsan)
CC := clang
CFLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=thread
else ifeq ($(VARIANT),coverage)
CFLAGS := -O0 -g --coverage -fprofile-update=atomic -fno-inline
else
$(error VARIANT is release, asan, tsan, fuzz or coverage)
endif

BUILD := build/$(VARIANT)
ifneq ($(VARIANT),release)
# what watches over these at run time needs what the sandbox would take away
CPPFLAGS += -DSANDBOX_UNFIT
endif
ifdef WITH_LIBMONITORINGPLUG
# a configured and built source tree of monitoring-plugins 3: its library reads --extra-opts
# and ranks states; such plugins are in a directory of their own
UPSTREAM := $(addprefix $(WITH_LIBMONITORINGPLUG)/,lib/libmonitoringplug.a gl/libgnu.a)
BUILD := $(BUILD)-upstream
OUT := $(BUILD)/plugins
CPPFLAGS += -DWITH_LIBMONITORINGPLUG
endif
OUT ?= $(BUILD)/plugins
COMPILE = $(CC) -std=gnu17 -D_GNU_SOURCE -Icommon $(CPPFLAGS_PKG) $(CPPFLAGS) $(WARNINGS) \
    $(HARDENING) -ffunction-sections -fdata-sections -pthread $(CFLAGS) -MMD -MP
LINK = $(CC) $(CFLAGS) -pthread -pie -Wl,-z,relro,-z,now,-z,noexecstack \
    -Wl,--as-needed,--gc-sections $(LDFLAGS)
LIBS = $(LDLIBS_PKG) -ldl -lm $(LDLIBS)

COMMON := $(patsubst %.c,$(BUILD)/%.o,$(wildcard common/*.c)) $(BUILD)/sandbox_filters.o
PLUGINS := $(patsubst plugins/%.c,$(OUT)/%,$(wildcard plugins/check_*.c))
UNIT := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
FUZZ := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
PAGES := $(wildcard plugins/*.8)
# packaging is for those who make packages
EXAMPLES = $(shell find icinga-conf contrib -type f ! -name '.*' ! -name '*~' \
    ! -path 'contrib/debian/*' ! -path 'contrib/rpm/*' ! -path 'contrib/alpine/*')

comma := ,
Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V))$(findstring s,$(firstword -$(MAKEFLAGS))),,@echo "  $(1)	$(2)")
DEPS ?= tests/tools/deps.sh

all: $(PLUGINS)

tests: $(UNIT)

fuzzers: $(FUZZ)

bench-tools: $(addprefix $(BUILD)/bench/,measure sink limit)

$(BUILD)/libraries: Makefile
	@pkg-config --exists $(LIBRARIES) $(LOADED) $(MAKING) && echo '#include <unbound.h>' | \
	    $(CC) $(CPPFLAGS) -E - >/dev/null 2>&1 || { $(DEPS) --list build; exit 1; }
	@mkdir -p $(@D) && touch $@

ifdef UPSTREAM
# gl has headers with names of the system's
$(BUILD)/common/upstream.o: CPPFLAGS += -isystem $(WITH_LIBMONITORINGPLUG)/lib \
    -idirafter $(WITH_LIBMONITORINGPLUG)/gl
$(BUILD)/common/upstream.o: $(UPSTREAM)
$(UPSTREAM):
	@echo "$@ is not there: configure and make monitoring-plugins 3 in that directory"; exit 1
endif

$(BUILD)/%.o: %.c $(BUILD)/libraries
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -c -o $@ $<

$(BUILD)/filters: common/gen/filters.c common/sandbox_filters.h $(BUILD)/libraries
	$(call say,LD,$@)
	$(Q)$(CC) -std=gnu17 -D_GNU_SOURCE -Icommon $(WARNINGS) -O1 -o $@ $< \
	    $(shell pkg-config --cflags --libs $(MAKING))

$(BUILD)/sandbox_filters.c: $(BUILD)/filters
	$(call say,GEN,$@)
	$(Q)$< >$@

$(BUILD)/sandbox_filters.o: $(BUILD)/sandbox_filters.c
	$(call say,CC,$<)
	$(Q)$(COMPILE) -c -o $@ $<

$(BUILD)/common.a: $(COMMON)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(OUT)/check_%: $(BUILD)/plugins/check_%.o $(BUILD)/common.a $(UPSTREAM)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ $(LIBS)

$(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(BUILD)/common.a $(UPSTREAM)
	$(call say,LD,$@)
	$(Q)$(LINK) -o $@ $^ $(LIBS)

# with VARIANT=fuzz; targets with a scripted peer have it behind the calls that reach one (tests/fuzz/wire.h)
FUZZ_WIRE := dialogue http socks
$(addprefix $(BUILD)/fuzz/fuzz_,$(FUZZ_WIRE)): LDFLAGS += $(addprefix -Wl$(comma)--wrap=,socket \
    connect tick_now wait_fd wait_fds wait_stream)
$(BUILD)/fuzz/%: $(BUILD)/tests/fuzz/%.o $(BUILD)/common.a
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBS)

# put in front of a command, aborts it when it resolves a name by itself
build/no_getaddrinfo.so: tests/tools/no_getaddrinfo.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) -O1 -Wall -Wextra -shared -fPIC -o $@ $<

# what follows from --help: configuration of Icinga
generated: all
	@tests/tools/generate.pl $(OUT)

# what make bench and make graphs run beside the plugins
$(BUILD)/bench/%: $(BUILD)/tests/bench/%.o $(BUILD)/common.a
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ $(LIBS)

deps:
	@$(DEPS) all

# what follows starts make anew, as the packages may be there only now
demo: deps
	@$(MAKE) --no-print-directory all
	@tests/tools/demo.sh

# with the stages of ALSO (tests/tools/check.sh) behind the others
check: deps
	@tests/tools/check.sh all $(ALSO)

check-web: deps
	@tests/tools/check.sh web

demo-web screenshots: deps
	@$(MAKE) --no-print-directory all
	@tests/web/$@.pl

check-trixie: deps
	@tests/tools/check.sh trixie

# what is committed, into build: an archive, and a Debian package made in a root of its own
dist:
	@tests/package/dist.sh

deb: deps
	@tests/package/deb.sh

bench: deps
	@$(MAKE) --no-print-directory all
	@tests/bench/bench.sh

graphs: deps
	@$(MAKE) --no-print-directory all
	@tests/bench/graphs.sh

build unit lint func cost asan tsan hostile fuzz package faults: deps
	@tests/tools/check.sh $@

# fuzz for half an hour; what the tests reach, into docs/coverage.md; and what they notice
fuzz-long: deps
	@tests/tools/fuzz-long.sh

coverage: deps
	@tests/tools/coverage.sh

mutants: deps
	@tests/tools/mutants.pl

clean:
	rm -rf build $(patsubst plugins/%.c,plugins/%,$(wildcard plugins/check_*.c))

install: all
	install -d "$(DESTDIR)$(libexecdir)" "$(DESTDIR)$(mandir)/man8" "$(DESTDIR)$(completionsdir)"
	install -m 755 $(PLUGINS) "$(DESTDIR)$(libexecdir)"
	$(if $(PAGES),install -m 644 $(PAGES) "$(DESTDIR)$(mandir)/man8")
	install -m 644 contrib/completion/mailtls-plugins.bash "$(DESTDIR)$(completionsdir)/mailtls-plugins"
	for name in $(notdir $(PLUGINS)); do ln -sf mailtls-plugins "$(DESTDIR)$(completionsdir)/$$name"; done
	for file in $(EXAMPLES); do install -D -m "$$(test -x "$$file" && echo 755 || echo 644)" \
	    "$$file" "$(DESTDIR)$(examplesdir)/$$file" || exit; done

uninstall:
	cd "$(DESTDIR)$(libexecdir)" && rm -f $(notdir $(PLUGINS))
	$(if $(PAGES),cd "$(DESTDIR)$(mandir)/man8" && rm -f $(notdir $(PAGES)))
	cd "$(DESTDIR)$(completionsdir)" && rm -f mailtls-plugins $(notdir $(PLUGINS))
	cd "$(DESTDIR)$(examplesdir)" && rm -f $(EXAMPLES) && find icinga-conf contrib -depth -type d -empty -delete

.PHONY: all tests fuzzers bench-tools generated deps demo check check-trixie dist deb check-web demo-web screenshots bench graphs build unit lint func cost asan tsan hostile fuzz package fuzz-long coverage mutants faults clean install uninstall
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
