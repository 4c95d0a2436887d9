// SPDX-License-Identifier: GPL-3.0-or-later
// oldssl.js TABLE - SMTP servers with protocols and suites that nobody should have any more.
// For Node.js 0.10.  A line of TABLE: ADDRESS PORT NAME METHOD CIPHERS PEM (key, leaf, chain).

var crypto = require('crypto');
var fs = require('fs');
var net = require('net');
var tls = require('tls');

function credentials(method, ciphers, file) {
	var pem = fs.readFileSync(file).toString();
	var certs = pem.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g);
	return crypto.createCredentials({
		key: pem.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?-----END [A-Z ]*PRIVATE KEY-----/)[0],
		// SSL 2 has no chains
		cert: method.indexOf('SSLv2_') === 0 ? certs[0] : certs.join('\n'),
		secureProtocol: method, ciphers: ciphers, secureOptions: 0
	});
}

// One dialogue; starttls(line) is NULL inside TLS.
function dialogue(stream, name, starttls) {
	var rest = '';
	stream.on('data', function (data) {
		var at;
		rest = (rest + data).slice(-2000);
		while ((at = rest.indexOf('\n')) >= 0) {
			var line = rest.slice(0, at).trim().toUpperCase();
			rest = rest.slice(at + 1);
			if (line === 'STARTTLS' && starttls) {
				stream.removeAllListeners('data');
				stream.write('220 go\r\n');
				starttls();
				return;
			}
			if (line === 'QUIT') {
				stream.end('221 bye\r\n');
				return;
			}
			if (line.indexOf('EHLO') === 0)
				stream.write('250-' + name + '\r\n' + (starttls ? '250-STARTTLS\r\n' : '') + '250 8BITMIME\r\n');
			else
				stream.write('250 ok\r\n');
		}
	});
}

function serve(address, port, name, method, ciphers, pem) {
	var creds = credentials(method, ciphers, pem);
	net.createServer(function (socket) {
		socket.on('error', function () {});
		socket.write('220 ' + name + ' ESMTP\r\n');
		dialogue(socket, name, function () {
			var pair = tls.createSecurePair(creds, true, false, false);
			pair.on('error', function () { socket.destroy(); });
			pair.cleartext.on('error', function () {});
			pair.encrypted.pipe(socket);
			socket.pipe(pair.encrypted);
			dialogue(pair.cleartext, name, null);
		});
	}).listen(port, address);
}

fs.readFileSync(process.argv[2]).toString().trim().split('\n').forEach(function (line) {
	var f = line.split(' ');
	serve(f[0], f[1], f[2], f[3], f[4], f[5]);
});
