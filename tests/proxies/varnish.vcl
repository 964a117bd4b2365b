# Varnish in front of a document server, caching. It compresses nothing.
vcl 4.1;

import std;

backend documents {
  .host = "127.0.0.1";
  .port = "@SERVER@";
  # A request may be held at the gate for ten minutes; Varnish waits for one.
  .first_byte_timeout = 660s;
}

sub vcl_recv {
  # Without it, a body that the server refuses to read is a 503: Varnish does not look for the answer.
  if (std.integer(req.http.Content-Length, 0) > 8388608) {
    return (synth(413));
  }
  # A condition of a read is for the server to judge, and an event stream is for one reader.
  if (req.http.If-Match || req.http.If-Unmodified-Since || req.http.Accept ~ "text/event-stream") {
    return (pass);
  }
}
