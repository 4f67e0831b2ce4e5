// Writes the promtool tests of the alerts: for each a case in which it fires and at least one in which
// it stays silent. Two replicas of each program export the series, unless a case names instances.
//
// promtool evaluates every rule at every step of every test, so alerts that read different metrics
// share a test, and the cases of one alert are clusters of it: seconds instead of minutes. A rule that
// loses the label `cluster` fails.
import { watchdog } from "./alerts/meta.mjs";
import { metricsIn, recordsIn, seconds } from "./promql.mjs";
import { RECORDS } from "./records.mjs";
import { ALERTS, annotationsOf } from "./rules.mjs";

function replicated(series, cluster) {
  return Object.entries(series).flatMap(([selector, values]) => {
    const [, name, inner = ""] = /^([a-z_]+)(?:\{(.*)\})?$/.exec(selector);
    const labels = [`cluster="${cluster}"`, ...(inner ? [inner] : [])];
    if (inner.includes("instance=")) return [{ series: `${name}{${labels.join(",")}}`, values }];
    return ["a:1", "b:1"].map((instance) => ({ series: `${name}{${[...labels, `instance="${instance}"`].join(",")}}`, values }));
  });
}

function expected(alert, { labels = {}, says }, cluster) {
  return {
    exp_labels: { severity: alert.severity, ...(cluster && { cluster }), ...labels },
    exp_annotations: annotationsOf(alert, says),
  };
}

// The metrics that an expression reads, also by way of recorded series.
function metricsBehind(expr) {
  const recorded = RECORDS.flatMap(({ rules }) => rules);
  const names = new Set([...metricsIn(expr), ...(/\bup\{/.test(expr) ? ["up"] : [])]);
  for (const record of recordsIn(expr)) {
    for (const rule of recorded.filter((one) => one.record === record)) {
      for (const name of metricsBehind(rule.expr)) names.add(name);
    }
  }
  return names;
}

// SLO alerts share a name: critical fires with warning.
const sameName = (alert) => ALERTS.filter(({ name }) => name === alert.name);

// The cases of one alert, each in a cluster of its own.
function casesOf(alert) {
  const siblings = sameName(alert);
  const firing = siblings.map((one) => expected(one, one.fires, alert.name === watchdog.name ? "" : "faulty"));
  return {
    name: alert.name,
    at: alert.fires.at,
    metrics: new Set(siblings.flatMap(({ expr }) => [...metricsBehind(expr)])),
    series: [
      ...replicated(alert.fires.series, "faulty"),
      ...alert.silent.flatMap(({ name, series }) => replicated(series, name)),
    ],
    rule: { alertname: alert.name, eval_time: alert.fires.at, exp_alerts: firing },
  };
}

function missingTests(missing) {
  const absent = (metric) => missing.filter(({ labels }) => labels.metric !== metric);
  const [{ labels: { metric: present } }] = missing;
  return [{
    name: `MarqueeMetricMissing fires for every metric except ${present}`,
    interval: "1m",
    input_series: [{ series: present, values: "0x30" }],
    alert_rule_test: [{
      alertname: "MarqueeMetricMissing", eval_time: "20m",
      exp_alerts: absent(present).map((one) => expected(one, { labels: one.labels, says: one.summary })),
    }],
  }];
}

// Recorded series of two replicas that report the same shared state.
const RECORDED = [
  {
    expr: "cache_tier:marquee_cache_requests:hit_ratio_rate5m",
    series: {
      'marquee_cache_requests_total{cache="image",tier="memory",result="hit"}': "0+60x20",
      'marquee_cache_requests_total{cache="image",tier="memory",result="stale"}': "0+15x20",
      'marquee_cache_requests_total{cache="image",tier="memory",result="coalesced"}': "0+900x20",
      'marquee_cache_requests_total{cache="image",tier="memory",result="miss"}': "0+25x20",
    },
    samples: [['{cache="image",cluster="one",tier="memory"}', 0.75]],
  },
  {
    expr: "cluster:marquee_devices_reachable:sum",
    series: {
      'marquee_devices{presence="live"}': "7x20",
      'marquee_devices{presence="online"}': "2x20",
      'marquee_devices{presence="offline"}': "5x20",
    },
    samples: [['{cluster="one"}', 9]],
  },
  { expr: "cluster:marquee_playlist_stale:max", series: { marquee_playlist_age_seconds: "-1x20" }, samples: [['{cluster="one"}', 1]] },
  {
    expr: "source:marquee_playlist_items:max",
    series: { 'marquee_playlist_items{source="Den"}': "5x20" },
    samples: [['{cluster="one",source="Den"}', 5]],
  },
];

const recordTest = {
  name: "recorded series of two replicas",
  interval: "1m",
  input_series: RECORDED.flatMap(({ series }) => replicated(series, "one")),
  promql_expr_test: RECORDED.map(({ expr, samples }) => ({
    expr, eval_time: "15m", exp_samples: samples.map(([labels, value]) => ({ labels: `${expr}${labels}`, value })),
  })),
};

// missing: the alerts of missingAlerts().
export function ruleTests(missing) {
  const tests = [];
  const alerts = ALERTS.filter((alert) => sameName(alert)[0] === alert).map(casesOf);
  for (const one of alerts.sort((a, b) => seconds(b.at) - seconds(a.at))) {
    let test = tests.find(({ metrics }) => ![...one.metrics].some((name) => metrics.has(name)));
    if (!test) tests.push(test = { metrics: new Set(), alerts: [] });
    test.alerts.push(one);
    for (const name of one.metrics) test.metrics.add(name);
  }
  return [recordTest, ...missingTests(missing), ...tests.map(({ alerts: together }) => ({
    name: together.map(({ name }) => name).join(", "),
    interval: "1m",
    input_series: together.flatMap(({ series }) => series),
    alert_rule_test: together.map(({ rule }) => rule),
  }))];
}

// What a test would not notice: a case without its opposite, or one that ends before the alert could
// fire, or whose series the alert does not read.
export function caseFaults() {
  const faults = [];
  for (const alert of ALERTS) {
    if (alert.silent.length === 0 && alert.expr !== "vector(1)") faults.push(`${alert.name}: no case in which it stays silent`);
    const metrics = metricsBehind(alert.expr);
    if (seconds(alert.fires.at) < seconds(alert.for)) faults.push(`${alert.name}: its cases end before \`for\``);
    for (const { series } of [alert.fires, ...alert.silent]) {
      for (const selector of Object.keys(series)) {
        const name = selector.replace(/\{.*/, "");
        if (!metrics.has(name) && !metrics.has(name.replace(/_(bucket|count|sum)$/, ""))) faults.push(`${alert.name}: does not read ${name}`);
      }
    }
  }
  return faults;
}
