/** What is put where in a request, of that which no honest client sends. One byte for each character. */

export const targets: ReadonlyArray<string> = [
  "//",
  "///",
  "*",
  "",
  " ",
  "?",
  "#",
  "http://[",
  "http://",
  "http:///",
  "http:",
  "https://user:password@[::1]:99999/",
  "http://a b/",
  "//[",
  "//a:b@c:d",
  "/\\",
  "\\\\host\\share",
  "/%",
  "/%0",
  "/%zz",
  "/%00",
  "/%ff%fe",
  "/%c0%ae%c0%ae/",
  "/\x00",
  "/\x7f",
  "/\xff\xfe",
  "/..",
  "/../../etc/passwd",
  "/%2e%2e/%2e%2e/",
  "/.;/",
  "/:80",
  "/?state=%",
  "/?%ff=%ff&&&===",
  "/?a[]=1&a[__proto__]=2&__proto__[x]=3",
  "/__proto__",
  "/constructor/prototype",
  "data:text/html,x",
  "javascript:alert(1)",
  `/${"a".repeat(20_000)}`,
  `/${"a/".repeat(5_000)}`,
  `/?${"a=1&".repeat(4_000)}`
]

export const methods: ReadonlyArray<string> = [
  "OPTIONS",
  "TRACE",
  "CONNECT",
  "HEAD",
  "PUT",
  "PATCH",
  "DELETE",
  "PROPFIND",
  "M-SEARCH",
  "QUERY",
  "PRI",
  "get",
  "GE T",
  "",
  "\x00",
  "X".repeat(10_000)
]

export const versions = ["HTTP/0.9", "HTTP/1.0", "HTTP/1.9", "HTTP/2.0", "HTTP/9.9", "HTTP/", "http/1.1", "ICY", ""]

export const hosts: ReadonlyArray<string> = [
  "",
  "[",
  "[::1",
  "]",
  "::1",
  ":80",
  "a:b:c",
  "127.0.0.1:99999",
  "attacker.example",
  "127.0.0.1.attacker.example",
  "user@127.0.0.1",
  "127.0.0.1/",
  "127.0.0.1#",
  "127.0.0.1, 127.0.0.1",
  "%00",
  "\xff\xfe",
  "a".repeat(12_000)
]

/** Headers that somebody reads. */
export const headers: ReadonlyArray<string> = [
  "Authorization: Bearer",
  "Authorization: Basic ====",
  "Authorization: Basic \xff\xff\xff",
  "Authorization: Bearer \xe9\xe9\xe9",
  "Cookie: \xff=\xfe; ; ==; __proto__=1",
  "Connection: upgrade, close, keep-alive, \xff",
  "Connection: host, content-length, authorization",
  "Content-Type: multipart/form-data",
  "Content-Type: multipart/form-data; boundary=",
  "Content-Type: application/json; charset=nonsense",
  "Content-Type: \xff/\xff; q=\xff",
  "Accept: \xff, */*;q=nonsense",
  "Accept-Encoding: gzip;q=nonsense, \xff",
  "Accept-Language: \xff",
  "Content-Encoding: gzip",
  "Expect: nonsense",
  "Expect: 100-continue",
  "Range: bytes=9-1,-,x",
  "If-None-Match: \xff",
  "Referer: http://[",
  "Origin: http://[",
  "Origin: null",
  "Sec-Fetch-Site: cross-site",
  "X-Forwarded-For: \xff, , 999.999.999.999",
  "X-Forwarded-Host: http://[",
  "Forwarded: for=[\xff",
  "traceparent: 00-00000000000000000000000000000000-\xff-zz",
  "b3: \xff-\xff",
  "__proto__: x",
  "constructor: x",
  "X-Long: ".padEnd(100_000, "x"),
  "X-Null: \x00",
  "X-Control: \x01\x02\x1b",
  " leading: space",
  "no-colon",
  ": no-name",
  "X-Folded: a\r\n b\r\n\tc"
]

export const lengths: ReadonlyArray<string> = [
  "Content-Length: -1",
  "Content-Length: abc",
  "Content-Length: 1e3",
  "Content-Length: 0x10",
  "Content-Length: 99999999999999999999999999",
  "Content-Length: 9007199254740993",
  "Content-Length: 5\r\nContent-Length: 6",
  "Content-Length: 5\r\nTransfer-Encoding: chunked",
  "Transfer-Encoding: gzip",
  "Transfer-Encoding: chunked, identity",
  "Transfer-Encoding: \xff"
]

export const chunks: ReadonlyArray<string> = [
  "zz\r\nabc\r\n0\r\n\r\n",
  "-1\r\nabc\r\n0\r\n\r\n",
  "ffffffffffffffffff\r\nabc\r\n",
  "7fffffffffffffff\r\nabc\r\n",
  "3\r\nabcdef\r\n0\r\n\r\n",
  `3;${"x".repeat(30_000)}\r\nabc\r\n0\r\n\r\n`,
  `3\r\nabc\r\n0\r\nX-Trailer: ${"x".repeat(100_000)}\r\n\r\n`,
  "3\r\nabc\r\n0\r\n\xff\xfe: \x00\r\n\r\n",
  "3\r\nabc\r\n",
  "3\r\na",
  ""
]

export const bodies: ReadonlyArray<string> = [
  "",
  "\xff\xfe\x00",
  "{",
  "null",
  "[]",
  "0",
  '"text"',
  '{"__proto__":{"x":1},"constructor":{"prototype":{}}}',
  '{"toString":1,"valueOf":1,"length":-1,"then":1}',
  "[".repeat(100_000),
  `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
  `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`,
  `{"a":1e999999,"b":-0,"c":"\\ud800"}`,
  "a=%&%zz=%ff&=&&__proto__=1",
  "a=1&".repeat(30_000)
]

export const webSocket = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
]

/** The headers of a request that would be something else, and what follows it. */
export const upgrades: ReadonlyArray<readonly [ReadonlyArray<string>, string]> = [
  [["Connection: Upgrade", "Upgrade: h2c", "HTTP2-Settings: \xff"], ""],
  [["Connection: Upgrade", "Upgrade: nonsense"], "garbage \x00\xff"],
  [["Connection: Upgrade", "Upgrade: nonsense", "Transfer-Encoding: chunked"], "zz\r\n"],
  [["Connection: Upgrade", "Upgrade: nonsense", "Content-Length: 10"], "abc"],
  [["Connection: Upgrade", "Upgrade: \xff"], ""],
  [["Connection: Upgrade", "Upgrade: websocket"], ""],
  [["Connection: Upgrade", "Upgrade: websocket, websocket"], "\x81\x80"],
  [[...webSocket.slice(0, 2), "Sec-WebSocket-Version: 99", "Sec-WebSocket-Key: \xff"], ""],
  [[...webSocket, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=99999; \xff"], ""],
  [[...webSocket, "Sec-WebSocket-Protocol: \xff, ,"], ""],
  [webSocket, "\xff".repeat(1000)],
  [webSocket, "\x81"],
  [webSocket, "\x83\xff\xff\xff\xff\xff\xff\xff\xff\xff"]
]

/** What is no HTTP at all. */
export const strangers: ReadonlyArray<readonly [string, string]> = [
  ["nothing", ""],
  ["an empty line", "\r\n"],
  ["many empty lines", "\r\n".repeat(20_000)],
  ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".padEnd(600, "\x42")],
  ["SSH", "SSH-2.0-OpenSSH_9.9\r\n"],
  ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"],
  ["SMTP", "EHLO attacker.example\r\n"],
  ["a WebSocket frame", "\x81\x85\x00\x00\x00\x00hello"],
  ["zeros", "\x00".repeat(70_000)],
  ["an endless line", "G".repeat(200_000)]
]
