"""A small server of JSON documents without preconditions, as many are: the last write wins.

usage: server.py    It prints its port. `/` is a page that edits /notes/1; the fragment of its address is the name.
"""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html>
<meta charset="utf-8">
<title>Shopping list</title>
<style>body { font: 20px sans-serif; margin: 2em } textarea { font: inherit; width: 100%; height: 8em }</style>
<h1>Shopping list of <span id="who"></span></h1>
<textarea id="text"></textarea>
<p><button id="save">Save</button> <span id="state">loading</span>
<script>
const who = location.hash.slice(1), headers = { "X-Name": who };
const show = (id, text) => { document.getElementById(id).textContent = text; };
show("who", who);
let note;
async function load() {
  note = await (await fetch("/notes/1", { headers, cache: "no-store" })).json();
  document.getElementById("text").value = note.text;
  show("state", "loaded");
}
document.getElementById("save").onclick = async () => {
  const text = document.getElementById("text").value;
  const response = await fetch("/notes/1", {
    method: "PUT",
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify({ ...note, text }),
  });
  show("state", "saved: " + response.status);
};
load();
</script>
"""

documents = {"/notes/1": b'{"id": 1, "text": "bread\\nbutter"}'}
lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=b"", media_type="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/":
            return self.answer(200, PAGE.encode(), "text/html; charset=utf-8")
        with lock:
            body = documents.get(self.path)
        self.answer(404) if body is None else self.answer(200, body)

    def do_PUT(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with lock:
            documents[self.path] = body
        self.answer(200, body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
