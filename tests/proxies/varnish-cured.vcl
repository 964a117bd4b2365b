# Varnish as in varnish-gzip.vcl, with the lines that `ifmatch doctor` prints about it.
vcl 4.1;

backend documents {
  .host = "127.0.0.1";
  .port = "@SERVER@";
}

sub vcl_recv {
  if (req.http.If-Match || req.http.If-Unmodified-Since) { return (pass); }
  if (req.http.Accept ~ "text/event-stream") { return (pass); }
}

sub vcl_backend_response {
  set beresp.do_gzip = true;
  if (bereq.url ~ "^/api/") { set beresp.do_gzip = false; }
  if (beresp.http.Content-Type ~ "event-stream") { set beresp.do_gzip = false; }
}
