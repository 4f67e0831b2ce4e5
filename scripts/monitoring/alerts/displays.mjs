// Alerts about displays as a fleet. Which single display is affected: the control room.
import { by } from "../promql.mjs";

export const alerts = [
  {
    name: "MarqueeDisplaysLost",
    severity: "critical",
    for: "5m",
    expr: "cluster:marquee_devices_reachable:sum < 0.7 * max_over_time(cluster:marquee_devices_reachable:sum[1h])\n" +
      "and max_over_time(cluster:marquee_devices_reachable:sum[1h]) - cluster:marquee_devices_reachable:sum >= 3",
    summary: "Only {{ $value }} displays are reachable, 30 % fewer than within the last hour",
    meaning: "At least three displays, and 30 % of those that were reachable within the last hour, have no open socket " +
      "and sent no heartbeat for a minute.",
    impact: "These screens show their last image, an error of the browser, or nothing. Commands to them wait.",
    diagnosis: [
      ["How many displays are in which state?", "presence:marquee_devices:max"],
      ["Did a gateway lose its sockets?", "sum by (instance) (marquee_ws_connections)"],
      ["Is a program down?", 'up{job=~"marquee.*"} == 0'],
    ],
    mitigation: [
      "All displays of one place: look at the network, the switch or the power there.",
      "All displays: the gateway or the proxy in front of it cannot be reached; open its address in a browser.",
      "If the screens are switched off every evening, silence the alert for these hours in Alertmanager.",
    ],
    fires: {
      at: "40m", says: "Only 4 displays are reachable, 30 % fewer than within the last hour",
      series: { 'marquee_devices{presence="live"}': "10x30 4x30", 'marquee_devices{presence="offline"}': "0x30 6x30" },
    },
    silent: [
      { name: "two of ten are switched off", series: { 'marquee_devices{presence="live"}': "10x30 8x30" } },
      { name: "two of two are switched off", series: { 'marquee_devices{presence="live"}': "2x30 0x30" } },
    ],
  },
  {
    name: "MarqueeAllDisplaysUnreachable",
    severity: "critical",
    for: "10m",
    expr: `cluster:marquee_devices_reachable:sum == 0\nand sum ${by()} (presence:marquee_devices:max) > 0`,
    summary: "No display is reachable",
    meaning: "Displays are registered and none has an open socket or sent a heartbeat in the last minute.",
    impact: "All screens are off, show their last image, or cannot reach the gateway.",
    diagnosis: [
      ["Do gateways accept connections?", "sum by (instance) (rate(marquee_http_connections_total[5m]))"],
      ["Are gateways connected to the devices service? 0 means that it does not learn of sockets.",
        "marquee_gateway_devices_connected"],
    ],
    mitigation: [
      "Open `/wallart` in a browser on the displays' network. If that fails, look at the proxy, DNS and certificate.",
      "If all screens are switched off at night, silence the alert for these hours in Alertmanager.",
    ],
    fires: {
      at: "20m", says: "No display is reachable",
      series: { 'marquee_devices{presence="live"}': "0x30", 'marquee_devices{presence="offline"}': "5x30" },
    },
    silent: [
      { name: "one display is online", series: { 'marquee_devices{presence="online"}': "1x30", 'marquee_devices{presence="offline"}': "5x30" } },
      { name: "no display is registered", series: { 'marquee_devices{presence="live"}': "0x30", 'marquee_devices{presence="offline"}': "0x30" } },
    ],
  },
  {
    name: "MarqueeDisplaysFlapping",
    severity: "warning",
    for: "15m",
    expr: `sum ${by()} (increase(marquee_ws_messages_total{direction="in",type="hello"}[10m]))\n` +
      `> 10 + 3 * sum ${by()} (marquee_ws_connections)`,
    summary: "Displays open their sockets again and again: {{ $value | humanize }} times in ten minutes",
    meaning: "Within ten minutes displays opened more than three sockets for each one that is open, plus ten.",
    impact: "Images change, but commands are delayed, and synchronised walls are out of step.",
    diagnosis: [
      ["Are sockets refused for one address (many displays behind one proxy)?", "increase(marquee_ws_refused_by_address_total[10m])"],
      ["Are gateways connected to the devices service? Without it every hello ends the socket.", "marquee_gateway_devices_connected"],
    ],
    mitigation: [
      "A proxy in front: set its read timeout for WebSockets to an hour (deploy/README.md).",
      "Wireless displays: look at roaming and power saving.",
    ],
    fires: {
      at: "40m", says: "Displays open their sockets again and again: 200 times in ten minutes",
      series: { 'marquee_ws_messages_total{direction="in",type="hello"}': "0+10x60", marquee_ws_connections: "5x60" },
    },
    silent: [{ name: "each display reconnected once",
      series: { 'marquee_ws_messages_total{direction="in",type="hello"}': "0+0.5x60", marquee_ws_connections: "5x60" } }],
  },
  {
    name: "MarqueeDisplaysOutOfStep",
    severity: "warning",
    for: "15m",
    expr: `histogram_quantile(0.95, sum ${by("le")} (rate(marquee_ws_sync_error_seconds_bucket[10m]))) > 0.5`,
    summary: "Synchronised displays change {{ $value | humanizeDuration }} away from the announced instant",
    meaning: "5 % of the changes of synchronised displays happen more than half a second from the announced instant.",
    impact: "A wall of several screens changes visibly unevenly.",
    diagnosis: [
      ["Are the clocks of displays off?", "histogram_quantile(0.95, sum by (le) (rate(marquee_ws_clock_offset_seconds_bucket[10m])))"],
      ["Is the network slow?", "histogram_quantile(0.95, sum by (le) (rate(marquee_ws_round_trip_seconds_bucket[10m])))"],
    ],
    mitigation: ["Give slow displays smaller images or fewer effects; connect them by cable."],
    fires: {
      at: "40m", says: "Synchronised displays change 975ms away from the announced instant",
      series: { 'marquee_ws_sync_error_seconds_bucket{le="0.5"}': "0+0x60", 'marquee_ws_sync_error_seconds_bucket{le="1"}': "0+10x60",
        'marquee_ws_sync_error_seconds_bucket{le="+Inf"}': "0+10x60" },
    },
    silent: [{ name: "all changes are on time",
      series: { 'marquee_ws_sync_error_seconds_bucket{le="0.05"}': "0+10x60", 'marquee_ws_sync_error_seconds_bucket{le="+Inf"}': "0+10x60" } }],
  },
  {
    name: "MarqueeClockSkew",
    severity: "warning",
    for: "15m",
    expr: `histogram_quantile(0.9, sum ${by("le")} (rate(marquee_ws_clock_offset_seconds_bucket[15m]))) > 5`,
    summary: "Clocks of displays and of the gateway differ by {{ $value | humanizeDuration }}",
    meaning: "10 % of the measurements show an offset of more than five seconds.",
    impact: "Schedules (power, pages) run at the wrong time. Signed image addresses may be rejected as expired.",
    diagnosis: [
      ["How are the offsets distributed?", "sum by (le) (rate(marquee_ws_clock_offset_seconds_bucket[15m]))"],
      ["Prometheus compares its own clock with that of the programs' machine:",
        "time() - timestamp(process_start_time_seconds)"],
    ],
    mitigation: ["Most displays: the gateway's clock is wrong; check `timedatectl`.", "Single displays: set their time server."],
    fires: {
      at: "40m", says: "Clocks of displays and of the gateway differ by 53.75s",
      series: { 'marquee_ws_clock_offset_seconds_bucket{le="5"}': "0+1.2x60", 'marquee_ws_clock_offset_seconds_bucket{le="60"}': "0+10x60",
        'marquee_ws_clock_offset_seconds_bucket{le="+Inf"}': "0+10x60" },
    },
    silent: [{ name: "offsets of a second",
      series: { 'marquee_ws_clock_offset_seconds_bucket{le="1"}': "0+10x60", 'marquee_ws_clock_offset_seconds_bucket{le="+Inf"}': "0+10x60" } }],
  },
  {
    name: "MarqueeCommandsUndelivered",
    severity: "warning",
    for: "10m",
    expr: `(\n  sum ${by()} (increase(marquee_commands_total{state=~"failed|expired"}[30m]))\n` +
      `  / sum ${by()} (increase(marquee_commands_total{state="queued"}[30m]))\n) > 0.1\n` +
      `and sum ${by()} (increase(marquee_commands_total{state=~"failed|expired"}[30m])) >= 5`,
    summary: "{{ $value | humanizePercentage }} of commands failed or expired",
    meaning: "Within half an hour at least five commands, and more than a tenth of all, ended without taking effect.",
    impact: "Displays do not do what the control room or an automation asked for.",
    diagnosis: [
      ["How do commands end?", "sum by (state) (increase(marquee_commands_total[30m]))"],
      ["How many displays are reachable?", "cluster:marquee_devices_reachable:sum"],
    ],
    mitigation: [
      "Expired: the displays were not connected; power and playback commands expire after a minute, others after a day.",
      "Failed: the display's page reported an error; the control room shows it with the command.",
    ],
    fires: {
      at: "40m", says: "50% of commands failed or expired",
      series: { 'marquee_commands_total{state="queued"}': "0+1x60", 'marquee_commands_total{state="expired"}': "0+0.5x60" },
    },
    silent: [
      { name: "all are acknowledged", series: { 'marquee_commands_total{state="queued"}': "0+1x60", 'marquee_commands_total{state="expired"}': "0x60" } },
      { name: "one of two expired", series: { 'marquee_commands_total{state="queued"}': "0+0.03x60", 'marquee_commands_total{state="expired"}': "0+0.015x60" } },
    ],
  },
  {
    name: "MarqueeCommandQueueGrowing",
    severity: "warning",
    for: "10m",
    expr: `max ${by()} (marquee_command_queue_depth) > 100\n` +
      `and max ${by()} (marquee_command_queue_depth) > 1.5 * max ${by()} (marquee_command_queue_depth offset 30m)`,
    summary: "{{ $value }} commands wait, half as many again as 30 minutes ago",
    meaning: "More than a hundred commands are queued or sent and not acknowledged, and the number grows.",
    impact: "Commands reach displays late. Above 50 per display the oldest are replaced.",
    diagnosis: [
      ["Are commands sent at all?", "sum by (state) (rate(marquee_commands_total[5m]))"],
      ["Are gateways attached to the devices service?", "sum by (instance) (marquee_attached_gateways)"],
    ],
    mitigation: ["Look for an automation that sends commands to displays that are off; delete displays that are gone."],
    fires: { at: "60m", says: "600 commands wait, half as many again as 30 minutes ago", series: { marquee_command_queue_depth: "0+10x60" } },
    silent: [
      { name: "many wait, but not more than before", series: { marquee_command_queue_depth: "500x60" } },
      { name: "few wait", series: { marquee_command_queue_depth: "0+1x60" } },
    ],
  },
];
