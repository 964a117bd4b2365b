# Varnish in front of a document server, with a cache and without compression.
vcl 4.1;

import std;

backend documents {
  .host = "127.0.0.1";
  .port = "@SERVER@";
  # A request may be held at the gate for ten minutes; Varnish waits for one.
  .first_byte_timeout = 660s;
}

sub vcl_recv {
  # Otherwise a body that the server refuses to read is a 503, since Varnish does not look for the response.
  if (std.integer(req.http.Content-Length, 0) > 8388608) {
    return (synth(413));
  }
  # The server evaluates the conditions of reads, and an event stream belongs to one client.
  if (req.http.If-Match || req.http.If-Unmodified-Since || req.http.Accept ~ "text/event-stream") {
    return (pass);
  }
}
