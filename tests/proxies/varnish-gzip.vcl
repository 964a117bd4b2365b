# Varnish that compresses all that it fetches, and decompresses it for clients that do not accept gzip.
#
# Entity tags cannot work with this setting.
vcl 4.1;

backend documents {
  .host = "127.0.0.1";
  .port = "@SERVER@";
}

sub vcl_backend_response {
  set beresp.do_gzip = true;
}
