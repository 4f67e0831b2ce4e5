// Rate, errors and duration of requests; use of processors, memory, connections and the store.
import { quantile } from "./builder.mjs";

export const services = {
  title: "Services",
  text: "The programs: whether they run, how many requests they answer, and what they use.",
  panels: [
    {
      title: "Targets up", kind: "stat", w: 6, h: 5, steps: [[null, "red"], [1, "green"]], text: "Programs that answer Prometheus.",
      targets: [['sum by (program) (up{job=~"$job"})', "{{program}}"]],
    },
    {
      title: "Running since", kind: "stat", w: 6, h: 5, unit: "s", text: "Time since the last start.",
      targets: [["time() - process_start_time_seconds{@}", "{{instance}}"]],
    },
    {
      title: "Errors logged in 1 h", kind: "stat", w: 6, h: 5, steps: [[null, "green"], [1, "orange"], [30, "red"]], text: "Lines of level error.",
      targets: [['sum(increase(marquee_log_lines_total{@,level="error"}[1h]))']],
    },
    {
      title: "Certificate expires in", kind: "stat", w: 6, h: 5, unit: "s", steps: [[null, "red"], [1209600, "green"]],
      text: "Of the gateway's own TLS; empty if a proxy terminates TLS.",
      targets: [["min(marquee_tls_certificate_expiry_timestamp_seconds{@} > 0) - time()"]],
    },
    {
      title: "HTTP requests by status", w: 8, unit: "reqps", text: "All routes.",
      targets: [["sum by (status) (rate(marquee_http_requests_total{@}[$__rate_interval]))", "{{status}}"]],
    },
    {
      title: "HTTP server errors", w: 8, unit: "percentunit", steps: [[null, "green"], [0.05, "red"]], text: "Share of responses with a status of 500 or above.",
      targets: [["max(cluster:marquee_http_requests_errors:ratio_rate5m)", "errors"]],
    },
    {
      title: "Slowest routes, p95", w: 8, unit: "s", text: "The ten slowest; time until the response was ready.",
      targets: [[`topk(10, ${quantile(0.95, "marquee_http_request_duration_seconds", ["path"])})`, "{{path}}"]],
    },
    {
      title: "RPCs by service", unit: "reqps", text: "Completed calls.",
      targets: [["sum by (grpc_service) (rate(grpc_server_handled_total{@}[$__rate_interval]))", "{{grpc_service}}"]],
    },
    {
      title: "RPC errors by service", unit: "percentunit", steps: [[null, "green"], [0.05, "red"]], text: "Failed for a reason of the server.",
      targets: [["grpc_service:grpc_server_handled_errors:ratio_rate5m", "{{grpc_service}}"]],
    },
    {
      title: "Slowest RPCs, p95", unit: "s", text: "Unary calls; the ten slowest.",
      targets: [['topk(10, histogram_quantile(0.95, sum by (le, grpc_method) (rate(grpc_server_handling_seconds_bucket{@,grpc_type="unary"}[$__rate_interval]))))', "{{grpc_method}}"]],
    },
    {
      title: "Retried calls", unit: "cps", text: "refused: not retried, because at most one call in five is.",
      targets: [["sum by (service, result) (rate(marquee_gateway_rpc_retries_total{@}[$__rate_interval]))", "{{service}} {{result}}"]],
    },
    {
      title: "Processors", text: "Processor seconds per second.",
      targets: [["rate(process_cpu_seconds_total{@}[$__rate_interval])", "{{instance}}"]],
    },
    {
      title: "Memory", unit: "bytes", text: "Resident memory, and the limit where there is one.",
      targets: [["process_resident_memory_bytes{@}", "{{instance}}"], ["marquee_memory_limit_bytes{@} > 0", "{{instance}} limit"]],
    },
    {
      title: "File descriptors", unit: "percentunit", max: 1, steps: [[null, "green"], [0.8, "red"]], text: "Open over allowed; short: 1 while the program is not ready for want of them.",
      targets: [["process_open_fds{@} / process_max_fds{@}", "{{instance}}"], ["max by (instance) (marquee_descriptors_short{@})", "{{instance}} short"]],
    },
    {
      title: "HTTP connections", text: "Open connections of clients.",
      targets: [["sum by (instance, listener) (marquee_http_connections{@})", "{{instance}} {{listener}}"]],
    },
    {
      title: "HTTP connections accepted and refused", unit: "cps", text: "Refused: too many, or too many of one address. Closed for others: all were in use. tls: handshakes that failed.",
      targets: [["sum(rate(marquee_http_connections_total{@}[$__rate_interval]))", "accepted"],
        ["sum(rate(marquee_http_connections_refused_total{@}[$__rate_interval]))", "refused"],
        ["sum(rate(marquee_http_connections_refused_by_address_total{@}[$__rate_interval]))", "refused by address"],
        ["sum(rate(marquee_http_connections_evicted_total{@}[$__rate_interval]))", "closed for others"],
        ["sum(rate(marquee_tls_handshake_failures_total{@}[$__rate_interval]))", "tls"]],
    },
    {
      title: "gRPC connections", text: "Open ones, and refused ones and calls without the shared secret per second.",
      targets: [["sum by (instance) (marquee_rpc_connections{@})", "{{instance}}"], ["sum by (instance) (rate(marquee_rpc_connections_refused_total{@}[$__rate_interval]))", "{{instance}} refused"],
        ["sum by (instance) (rate(marquee_rpc_unauthenticated_calls_total{@}[$__rate_interval]))", "{{instance}} unauthenticated"]],
    },
    {
      title: "Streams between programs", max: 1, text: "1 while the stream to the devices service or the playlist service is open.",
      targets: [["marquee_gateway_devices_connected{@}", "devices {{instance}}"], ["marquee_gateway_playlist_connected{@}", "playlist {{instance}}"]],
    },
    {
      title: "Attached gateways", text: "Open Attach streams of each devices service.",
      targets: [["marquee_attached_gateways{@}", "{{instance}}"]],
    },
    {
      title: "Store writes", unit: "s", steps: [[null, "green"], [0.5, "red"]], text: "Durable commits of the device store.",
      targets: [[quantile(0.5, "marquee_store_write_seconds"), "median"], [quantile(0.95, "marquee_store_write_seconds"), "p95"]],
    },
    {
      title: "Effective settings", unit: "s", text: "Time to compute the settings of displays.",
      targets: [[quantile(0.95, "marquee_settings_seconds"), "p95"]],
    },
    {
      title: "Distinct settings", text: "Displays with equal settings share one.", targets: [["max(marquee_settings_bodies{@})", "distinct"]],
    },
    {
      title: "Log lines", unit: "cps", text: "By level; lost: standard error did not take them; display: of displays, dropped on their way.",
      targets: [["sum by (level) (rate(marquee_log_lines_total{@}[$__rate_interval]))", "{{level}}"],
        ["sum(rate(marquee_log_lines_dropped_total{@}[$__rate_interval]))", "lost"],
        ["sum(rate(marquee_device_logs_dropped_total{@}[$__rate_interval]))", "display, devices service"],
        ["sum(rate(marquee_gateway_device_logs_dropped_total{@}[$__rate_interval]))", "display, gateway"]],
    },
    {
      title: "Log-ins and limits", unit: "cps", text: "Log-ins by result; requests rejected with 429 by class.",
      targets: [["sum by (result) (rate(marquee_logins_total{@}[$__rate_interval]))", "log-in {{result}}"],
        ["sum by (class) (rate(marquee_http_limited_total{@}[$__rate_interval]))", "429 {{class}}"]],
    },
    {
      title: "Control room", text: "Open event streams, refused ones per second, and violations of the Content Security Policy per second.",
      targets: [["sum(marquee_gateway_event_streams{@})", "streams"], ["sum(rate(marquee_gateway_event_streams_refused_total{@}[$__rate_interval]))", "refused"],
        ["sum by (directive) (rate(marquee_gateway_csp_reports_total{@}[$__rate_interval]))", "policy {{directive}}"]],
    },
  ],
};
