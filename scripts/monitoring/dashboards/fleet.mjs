// Which displays are reachable, and do commands reach them?
import { quantile } from "./builder.mjs";

export const fleet = {
  title: "Fleet",
  text: "Displays: reachable or not, their sockets, clocks and commands. The control room shows single displays.",
  panels: [
    {
      title: "Displays within reach", kind: "stat", w: 4, h: 5, unit: "percentunit", steps: [[null, "red"], [0.7, "orange"], [1, "green"]],
      text: "Share of displays with an open socket or a heartbeat in the last minute.",
      targets: [['sum(cluster:marquee_devices_reachable:sum) / sum(presence:marquee_devices:max{presence!="unknown"})']],
    },
    {
      title: "Displays out of reach", kind: "stat", w: 4, h: 5, steps: [[null, "green"], [1, "orange"], [10, "red"]],
      text: "Stale (no heartbeat for a minute) and offline (for five minutes) displays.",
      targets: [['sum(presence:marquee_devices:max{presence=~"stale|offline"})']],
    },
    {
      title: "Waiting to be adopted", kind: "stat", w: 4, h: 5, steps: [[null, "green"], [1, "orange"]],
      text: "Displays with an id that the registry cannot judge. Adopt or reject them in the control room.",
      targets: [["max(marquee_unknown_displays{@})"]],
    },
    {
      title: "Commands in 1 h: failed or expired", kind: "stat", w: 4, h: 5, unit: "percentunit", steps: [[null, "green"], [0.1, "red"]],
      text: "Share of the commands that ended within the last hour without effect.",
      targets: [['sum(increase(marquee_commands_total{@,state=~"failed|expired"}[1h])) / (sum(increase(marquee_commands_total{@,state=~"acked|failed|expired"}[1h])) > 0)']],
    },
    {
      title: "Firing alerts", kind: "table", w: 8, h: 5,
      text: "Alerts of Marquee that fire now. Each has a runbook; the links are in the alert and above.",
      targets: [['sum by (alertname, severity) (ALERTS{alertstate="firing",alertname=~"Marquee.*",severity!="none"})', "", true]],
    },
    {
      title: "Displays by presence", w: 12, stack: true,
      colors: { live: "green", online: "light-green", stale: "orange", offline: "red", unknown: "gray" },
      text: "live: an open socket; online: a heartbeat in the last minute; stale: in the last five; offline: longer ago.",
      targets: [["presence:marquee_devices:max", "{{presence}}"]],
    },
    {
      title: "Sockets by gateway", w: 6, text: "Open WebSockets of displays.",
      targets: [["sum by (instance) (marquee_ws_connections{@})", "{{instance}}"]],
    },
    {
      title: "Sockets opened and refused", w: 6, unit: "cps",
      text: "Hellos per second: more than a few per display and hour means that sockets do not stay open. Refused: their address had its share.",
      targets: [['sum(rate(marquee_ws_messages_total{@,direction="in",type="hello"}[$__rate_interval]))', "opened"],
        ["sum(rate(marquee_ws_refused_by_address_total{@}[$__rate_interval]))", "refused"]],
    },
    {
      title: "Commands by state", unit: "cps", text: "Commands per second by the state that they entered.",
      targets: [["sum by (state) (rate(marquee_commands_total{@}[$__rate_interval]))", "{{state}}"]],
    },
    {
      title: "Command delivery", unit: "s", steps: [[null, "green"], [2, "red"]],
      text: "From acceptance to acknowledgement, for displays with a socket; 60 s without an answer. Objective: 2 s.",
      targets: [[quantile(0.5, "marquee_command_delivery_seconds"), "median"], [quantile(0.95, "marquee_command_delivery_seconds"), "p95"],
        ["sum(rate(marquee_command_deliveries_unmeasured_total{@}[$__rate_interval]))", "not measured, per second"]],
    },
    {
      title: "Open commands", text: "Queued, or sent and not acknowledged. Commands of displays that are off stay here until they expire.",
      targets: [["max(marquee_command_queue_depth{@})", "open"]],
    },
    {
      title: "Round trip to displays", unit: "s", text: "From a WebSocket ping to its pong.",
      targets: [[quantile(0.5, "marquee_ws_round_trip_seconds"), "median"], [quantile(0.95, "marquee_ws_round_trip_seconds"), "p95"]],
    },
    {
      title: "Clock offset of displays", unit: "s", steps: [[null, "green"], [5, "red"]],
      text: "Difference between the clocks of displays and of the gateway.",
      targets: [[quantile(0.5, "marquee_ws_clock_offset_seconds"), "median"], [quantile(0.95, "marquee_ws_clock_offset_seconds"), "p95"]],
    },
    {
      title: "Accuracy of synchronised changes", unit: "s", steps: [[null, "green"], [0.5, "red"]],
      text: "Difference between the announced instant of a change and the actual one.",
      targets: [[quantile(0.5, "marquee_ws_sync_error_seconds"), "median"], [quantile(0.95, "marquee_ws_sync_error_seconds"), "p95"]],
    },
    {
      title: "Display pages opened", unit: "cps", text: "As the pages report them.",
      targets: [["sum by (page) (rate(marquee_gateway_page_views_total{@}[$__rate_interval]))", "{{page}}"]],
    },
    {
      title: "Settings sent to displays", unit: "cps", text: "navigate: another page; apply: changed settings of the page.",
      targets: [["sum by (kind) (rate(marquee_settings_pushes_total{@}[$__rate_interval]))", "{{kind}}"]],
    },
    {
      title: "Pairing and messages", unit: "cps", text: "Claims of pairing codes by result, and frames of displays by type.",
      targets: [["sum by (result) (rate(marquee_pairing_claims_total{@}[$__rate_interval]))", "pairing {{result}}"],
        ["sum by (direction, type) (rate(marquee_ws_messages_total{@}[$__rate_interval]))", "{{direction}} {{type}}"]],
    },
  ],
};
