# Varnish that compresses what it fetches, whoever asks, and takes it apart again for those who want it plain: a setting
# that cannot work with a server that judges tags.
vcl 4.1;

backend documents {
  .host = "127.0.0.1";
  .port = "@SERVER@";
}

sub vcl_backend_response {
  set beresp.do_gzip = true;
}
