//! The lines in the configuration of each proxy that change a finding.
//!
//! `tests/proxies/` examines real proxies with and without these lines.

use crate::configuration::{ProxyChange, change};
use crate::proxy_kind::ProxyKind::{Caddy, Haproxy, Httpd, Nginx, Varnish};

/// No compression for the interface of the server.
pub(super) const CODING: &[ProxyChange] = &[
    change(Nginx, &["location /api/ {", "    gzip off;      # and brotli off; if that module is loaded", "    …", "}"]),
    change(
        Httpd,
        &[
            "<Location \"/api/\">",
            "    SetEnv no-gzip 1",
            "    SetEnv no-brotli 1",
            "</Location>",
            "# and remove SetEnv force-gzip",
        ],
    ),
    change(
        Haproxy,
        &[
            "# remove from this frontend and backend: compression algo …",
            "# it obeys 'Cache-Control: no-transform': remove what deletes or replaces that field",
        ],
    ),
    change(
        Varnish,
        &["sub vcl_backend_response {", "    if (bereq.url ~ \"^/api/\") { set beresp.do_gzip = false; }", "}"],
    ),
    change(Caddy, &["@compressed not path /api/*", "encode @compressed zstd gzip"]),
];

/// The fields and texts of responses as they are.
pub(super) const RESPONSE_FIELDS: &[ProxyChange] = &[
    change(
        Nginx,
        &[
            "# remove for /api/: proxy_hide_header …; add_header Cache-Control …; expires …; sub_filter …",
            "proxy_pass_header Date;",
        ],
    ),
    change(Httpd, &["# remove for /api/: Header unset …, Header set …, ExpiresActive On, FileETag, Substitute"]),
    change(Haproxy, &["# remove for /api/: http-response del-header …, http-response set-header …"]),
    change(Varnish, &["# remove for /api/: unset beresp.http.…, unset resp.http.…, set beresp.http.…"]),
    change(Caddy, &["# remove for /api/: header -…, header_down -…, replace …"]),
];

/// No cache for documents that change.
pub(super) const CACHE: &[ProxyChange] = &[
    change(
        Nginx,
        &[
            "location /api/ {",
            "    proxy_cache off;",
            "    …",
            "}",
            "# remove: proxy_ignore_headers Cache-Control; proxy_cache_valid …",
            "# old versions never change, and may be cached:",
            "location ~ ^/api/documents/[^/]+/versions/[0-9]+$ { proxy_cache …; … }",
        ],
    ),
    change(Httpd, &["CacheDisable /api/", "# remove: CacheIgnoreCacheControl On, CacheStoreNoStore On"]),
    change(Haproxy, &["# remove for /api/: http-request cache-use …, http-response cache-store …"]),
    change(Varnish, &["sub vcl_recv {", "    if (req.url ~ \"^/api/\") { return (pass); }", "}"]),
    change(Caddy, &["# leave /api/* out of the cache: @cached not path /api/*", "# cache @cached"]),
];

/// The conditions of requests as they are.
pub(super) const CONDITIONS: &[ProxyChange] = &[
    change(
        Nginx,
        &[
            "location /api/ {",
            "    proxy_cache off;      # a cache removes the conditions of reads",
            "    …",
            "}",
            "# remove for /api/: proxy_set_header If-Match …; proxy_set_header If-None-Match …;",
        ],
    ),
    change(
        Httpd,
        &["CacheDisable /api/", "# remove for /api/: RequestHeader unset If-Match, RequestHeader unset If-None-Match"],
    ),
    change(Haproxy, &["# remove for /api/: http-request del-header If-Match, http-request del-header If-None-Match"]),
    change(
        Varnish,
        &[
            "sub vcl_recv {",
            "    if (req.http.If-Match || req.http.If-Unmodified-Since) { return (pass); }",
            "}",
            "# and remove: unset req.http.If-Match, unset req.http.If-None-Match",
        ],
    ),
    change(Caddy, &["# remove for /api/*: request_header -If-Match, header_up -If-Match"]),
];

/// All methods.
pub(super) const METHODS: &[ProxyChange] = &[
    change(
        Nginx,
        &[
            "# remove for /api/: limit_except …, if ($request_method …) { return 405; }",
            "location /api/ { proxy_pass http://SERVER; }      # not a folder of static files",
        ],
    ),
    change(
        Httpd,
        &[
            "# remove for /api/: <Limit …>, <LimitExcept …>, AllowMethods …",
            "# with the core rule set of mod_security, add to tx.allowed_methods: PUT PATCH DELETE",
        ],
    ),
    change(
        Haproxy,
        &[
            "# remove for /api/: http-request deny … METH_GET, or allow more:",
            "http-request deny if !{ method GET HEAD OPTIONS POST PUT PATCH DELETE }",
        ],
    ),
    change(Varnish, &["# remove for /api/ from vcl_recv: return (synth(405)) for methods other than GET and HEAD"]),
    change(Caddy, &["# remove for /api/*: respond @… 405, method matchers around reverse_proxy"]),
];

/// The server's own refusals instead of error pages.
pub(super) const REFUSALS: &[ProxyChange] = &[
    change(Nginx, &["location /api/ {", "    proxy_intercept_errors off;", "    …", "}"]),
    change(Httpd, &["<Location \"/api/\">", "    ProxyErrorOverride Off", "</Location>"]),
    change(Haproxy, &["# remove for /api/: http-response return …, http-response deny …, http-response set-status …"]),
    change(Varnish, &["# remove for /api/: return (synth(…)) and return (error …) for beresp.status >= 400"]),
    change(Caddy, &["# remove from reverse_proxy for /api/*: handle_response, replace_status"]),
];

/// The field `Prefer`.
pub(super) const PREFER: &[ProxyChange] = &[
    change(Nginx, &["# remove for /api/: proxy_set_header Prefer \"\"; proxy_intercept_errors on;"]),
    change(Httpd, &["# remove for /api/: RequestHeader unset Prefer, ProxyErrorOverride On"]),
    change(Haproxy, &["# remove for /api/: http-request del-header Prefer"]),
    change(Varnish, &["# remove for /api/: unset req.http.Prefer"]),
    change(Caddy, &["# remove for /api/*: request_header -Prefer, header_up -Prefer"]),
];

/// Longer bodies of requests.
pub(super) const LENGTH: &[ProxyChange] = &[
    change(Nginx, &["client_max_body_size 8m;      # the default is 1m"]),
    change(Httpd, &["LimitRequestBody 8388608"]),
    change(Haproxy, &["# remove for /api/: http-request deny if { req.body_size gt … }, or allow 8388608"]),
    change(Varnish, &["# remove for /api/ from vcl_recv: return (synth(413)) for less than 8388608 bytes"]),
    change(Caddy, &["request_body {", "    max_size 8MB", "}"]),
];

/// Events as they happen.
pub(super) const EVENTS: &[ProxyChange] = &[
    change(
        Nginx,
        &[
            "location ~ ^/api/(documents/[^/]+/)?events$ {",
            "    proxy_buffering off;",
            "    proxy_cache off;",
            "    gzip off;",
            "    proxy_read_timeout 660s;",
            "    …",
            "}",
        ],
    ),
    change(
        Httpd,
        &[
            "ProxyPass \"/api/\" \"http://SERVER/api/\" flushpackets=on timeout=660",
            "<LocationMatch \"^/api/(documents/[^/]+/)?events$\">",
            "    SetEnv no-gzip 1",
            "    SetEnv no-brotli 1",
            "</LocationMatch>",
        ],
    ),
    change(
        Haproxy,
        &[
            "# remove from this backend: compression type text/event-stream, http-response wait-for-body",
            "option http-no-delay",
        ],
    ),
    change(
        Varnish,
        &[
            "sub vcl_recv {",
            "    if (req.http.Accept ~ \"text/event-stream\") { return (pass); }",
            "}",
            "sub vcl_backend_response {",
            "    if (beresp.http.Content-Type ~ \"event-stream\") { set beresp.do_gzip = false; }",
            "}",
        ],
    ),
    change(Caddy, &["reverse_proxy SERVER {", "    flush_interval -1", "}", "# and no encode for /api/*"]),
];

/// Time for streams and for requests that the server holds.
pub(super) const IDLE: &[ProxyChange] = &[
    change(Nginx, &["proxy_read_timeout 660s;", "proxy_buffering off;"]),
    change(Httpd, &["ProxyTimeout 660", "# and flushpackets=on in ProxyPass"]),
    change(Haproxy, &["timeout server 660s", "timeout client 660s", "timeout tunnel 660s"]),
    change(
        Varnish,
        &[
            "backend … {",
            "    .first_byte_timeout = 660s;",
            "    .between_bytes_timeout = 660s;",
            "}",
            "# and the parameters send_timeout and idle_send_timeout",
        ],
    ),
    change(Caddy, &["# remove from the transport http of reverse_proxy: read_timeout, response_header_timeout"]),
];
