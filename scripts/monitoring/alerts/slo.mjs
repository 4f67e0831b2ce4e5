// Alerts on service level objectives: what users of displays notice. See ../slos.mjs.
import { BURNS, FLOOR, SLOS } from "../slos.mjs";
import { seconds } from "../promql.mjs";

const percent = (share) => `${Number((share * 100).toFixed(2))} %`;

const RUNBOOKS = {
  "image-availability": {
    impact: "Displays keep the image they show and try again; a display that has just started stays empty.",
    diagnosis: [
      ["Which requests fail, and with which status?", 'sum by (path, status) (rate(marquee_http_requests_total{path="/image",status=~"5.."}[5m]))'],
      ["Is decoding the bottleneck? `queue` and `wait` mean more images than the processors can make.",
        "sum by (reason) (rate(marquee_image_decode_refused_total[5m]))"],
      ["Does the gateway reach the image service? Refused retries mean that most calls fail.",
        "sum by (service, result) (rate(marquee_gateway_rpc_retries_total[5m]))"],
    ],
    mitigation: [
      "Image service away: see its log and restart it; the edge tier keeps serving what it holds.",
      "Overload: raise `image.decode_budget_mb` or add processors; a larger disk tier (`image.disk_mb`) avoids decoding.",
    ],
  },
  "image-latency-warm": {
    impact: "Images change late. Walls with many tiles show gaps for a moment.",
    diagnosis: [
      ["Which tier is slow?", "histogram_quantile(0.95, sum by (le, from) (rate(marquee_gateway_image_seconds_bucket[5m])))"],
      ["Are the processors busy?", "sum by (program, instance) (rate(process_cpu_seconds_total[5m]))"],
    ],
    mitigation: [
      "`disk` slow: the volume of `data_dir` is slow or shared; move it, or raise `image.memory_mb`.",
      "`edge` slow: the gateway lacks processor time; look for other load on the machine.",
    ],
  },
  "image-latency-cold": {
    impact: "New posters, and all posters after a restart without a disk tier, appear late.",
    diagnosis: [
      ["Is it the decoding or the source? First decoding:", "histogram_quantile(0.95, sum by (le) (rate(marquee_image_transform_seconds_bucket[5m])))"],
      ["then the sources:", "histogram_quantile(0.95, sum by (le, upstream) (rate(marquee_upstream_request_duration_seconds_bucket[5m])))"],
      ["Do images wait for a decode slot?", "max by (instance) (marquee_image_decode_queued)"],
    ],
    mitigation: [
      "A slow media server: nothing to change here; a larger disk tier (`image.disk_mb`) reads each poster once.",
      "A queue for decoding: give the image service more processors.",
    ],
  },
  "playlist-freshness": {
    impact: "New titles do not appear and removed ones stay. Displays keep running on the last playlist.",
    diagnosis: [
      ["How old is the playlist? -1 means that no refresh has succeeded since the start.", "cluster:marquee_playlist_age_seconds:max"],
      ["Which source cannot be read?", "max by (source) (marquee_source_up) == 0"],
      ["How long do refreshes take?", "histogram_quantile(0.95, sum by (le) (rate(marquee_playlist_refresh_seconds_bucket[1h])))"],
    ],
    mitigation: [
      "Make the source reachable again, or switch it off with `enabled: false` until it is.",
      "If `refresh_every` is set to more than two hours on purpose, raise the three hours in `scripts/monitoring/records.mjs`.",
    ],
  },
  "command-delivery": {
    impact: "Buttons in the control room take effect late or not at all, although displays are connected.",
    diagnosis: [
      ["How long does delivery take?", "histogram_quantile(0.95, sum by (le) (rate(marquee_command_delivery_seconds_bucket[5m])))"],
      ["Is the store slow?", "histogram_quantile(0.95, sum by (le) (rate(marquee_store_write_seconds_bucket[5m])))"],
      ["Do displays answer pings?", "histogram_quantile(0.95, sum by (le) (rate(marquee_ws_round_trip_seconds_bucket[5m])))"],
    ],
    mitigation: [
      "Slow round trips: look at the wireless network of the displays.",
      "Slow store: see MarqueeStoreSlow.",
      "Neither: a page no longer acknowledges; reload the displays from the control room.",
    ],
  },
};

function burn(slo, { long, short, factor }) {
  const limit = Number((factor * (1 - slo.objective)).toPrecision(6));
  const of = (record) => `${record}{slo="${slo.name}"}`;
  const conditions = [
    `${of(`slo:marquee_sli_errors:ratio_rate${long}`)} > ${limit}`,
    `${of(`slo:marquee_sli_errors:ratio_rate${short}`)} > ${limit}`,
  ];
  if (slo.eventRate) {
    conditions.push(`${of(`slo:marquee_sli_errors:ratio_rate${long}`)} * ` +
      `${of(`slo:marquee_sli_events:rate${long}`)} * ${seconds(long)} >= ${FLOOR}`);
  }
  return `(\n  ${conditions.join("\n  and ")}\n)`;
}

// Series of one SLI in which `share` of `events` per minute miss, and the same with too few events.
const SERIES = {
  "image-availability": (events, share) => ({
    'marquee_gateway_images_served_total{from="edge"}': `0+${events * (1 - share)}x100`,
    'marquee_gateway_images_served_total{from="refused"}': `0+${events * share}x100`,
    'marquee_gateway_images_served_total{from="fallback"}': "0+1000x100",
  }),
  "image-latency-warm": (events, share) => ({
    'marquee_gateway_image_seconds_bucket{from="edge",le="0.15"}': `0+${events * (1 - share)}x100`,
    'marquee_gateway_image_seconds_count{from="edge"}': `0+${events}x100`,
  }),
  "image-latency-cold": (events, share) => ({
    'marquee_gateway_image_seconds_bucket{from="origin",le="1"}': `0+${events * (1 - share)}x100`,
    'marquee_gateway_image_seconds_count{from="origin"}': `0+${events}x100`,
  }),
  "playlist-freshness": (events, share) => ({
    marquee_playlist_age_seconds: share > 0 ? "20000+60x100" : "600+0x100",
  }),
  "command-delivery": (events, share) => ({
    'marquee_command_delivery_seconds_bucket{le="2"}': `0+${events * (1 - share)}x100`,
    marquee_command_delivery_seconds_count: `0+${events}x100`,
  }),
};

function alertOf(slo, severity) {
  const { impact, diagnosis, mitigation } = RUNBOOKS[slo.name];
  const series = SERIES[slo.name];
  const says = `${slo.name}: the error budget of 30 days is being used up too fast`;
  return {
    name: slo.alert,
    severity,
    labels: { slo: slo.name },
    for: severity === "critical" ? "2m" : "15m",
    expr: BURNS.filter((one) => one.severity === severity).map((one) => burn(slo, one)).join("\nor\n"),
    summary: `${slo.name}: the error budget of 30 days is being used up too fast`,
    meaning: `${slo.sli} The objective is ${percent(slo.objective)} over 30 days. \`critical\`: errors come 14.4 times (in an ` +
      "hour) or 6 times (in six hours) as often as the objective allows; `warning`: 3 times (in a day) or more often " +
      `(in three days).${slo.eventRate ? ` At least ${FLOOR} events missed.` : ""}`,
    impact, diagnosis, mitigation,
    fires: { at: "75m", series: series(20, 0.8), labels: { slo: slo.name }, says },
    silent: [
      { name: "within the objective", series: series(20, 0) },
      // Two displays at home: every request misses, but these are fewer events than the floor.
      ...(slo.eventRate ? [{ name: "too few events to judge", series: series(0.01, 1) }] : []),
    ],
  };
}

export const alerts = SLOS.flatMap((slo) => ["critical", "warning"].map((severity) => alertOf(slo, severity)));
