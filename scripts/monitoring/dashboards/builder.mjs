// Builds a dashboard from a description of its panels, with the Grafana Foundation SDK.
//
// In expressions, @ stands for the selection of the user: job=~"$job",instance=~"$instance".
import { createRequire } from "node:module";

import { RUNBOOKS } from "../rules.mjs";

const require = createRequire(new URL("../../npm-monitoring/package.json", import.meta.url));
const sdk = (name) => require(`@grafana/grafana-foundation-sdk/${name}`);
const dashboard = sdk("dashboard");
const common = sdk("common");
const PANELS = { lines: sdk("timeseries"), stat: sdk("stat"), table: sdk("table") };
const prometheus = sdk("prometheus");

const SOURCE = { type: "prometheus", uid: "$datasource" };
const WIDTH = 24;

export const DASHBOARDS = [
  ["Fleet", "marquee-fleet"],
  ["Image path", "marquee-images"],
  ["Playlist and sources", "marquee-playlist"],
  ["Services", "marquee-services"],
  ["Service levels (SLO)", "marquee-slo"],
];

const selected = (expr) => expr.replaceAll("@", 'job=~"$job",instance=~"$instance"');

function thresholds(steps) {
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps(steps.map(([value, color]) => ({ value, color })));
}

function query([expr, legend, instant], index) {
  const target = new prometheus.DataqueryBuilder()
    .refId(String.fromCharCode(65 + index)).expr(selected(expr)).datasource(SOURCE);
  if (legend) target.legendFormat(legend);
  return instant ? target.instant().format(prometheus.PromQueryFormat.Table) : target.range();
}

// {title, text, kind, unit, targets: [[expr, legend, instant]], steps: [[from, colour]], w, h, max, stack, link,
//  colors: {legend: colour}}
function panelOf(panel, id, gridPos) {
  const kind = panel.kind ?? "lines";
  const built = new PANELS[kind].PanelBuilder()
    .id(id).title(panel.title).description(panel.text).datasource(SOURCE).gridPos(gridPos)
    .unit(panel.unit ?? "short")
    .targets(panel.targets.map(query));
  if (panel.steps) built.thresholds(thresholds(panel.steps));
  for (const [name, fixedColor] of Object.entries(panel.colors ?? {})) {
    built.overrideByName(name, [{ id: "color", value: { mode: "fixed", fixedColor } }]);
  }
  if (panel.max !== undefined) built.min(0).max(panel.max);
  if (kind === "lines") {
    if (panel.max === undefined && panel.min !== null) built.min(0);
    built.fillOpacity(panel.stack ? 30 : 5).lineWidth(1).showPoints(common.VisibilityMode.Never)
      .legend(new common.VizLegendOptionsBuilder().showLegend(true).displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom).calcs([]))
      .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending));
    if (panel.stack) built.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
    if (panel.steps) built.thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Line));
  }
  if (kind === "stat") {
    built.colorMode(common.BigValueColorMode.Background).graphMode(common.BigValueGraphMode.Area)
      .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]));
  }
  if (panel.link) built.links(panel.link.map(([title, url]) => new dashboard.DashboardLinkBuilder(title).url(url)));
  return built;
}

// Panels from left to right, a new line when one is full.
function layout(panels) {
  let x = 0;
  let y = 0;
  let line = 0;
  return panels.map((panel, index) => {
    const { w = 8, h = 8 } = panel;
    if (x + w > WIDTH) {
      x = 0;
      y += line;
      line = 0;
    }
    const at = { x, y, w, h };
    x += w;
    line = Math.max(line, h);
    return panelOf(panel, index + 1, at);
  });
}

const variable = (name, label, from) => new dashboard.QueryVariableBuilder(name)
  .label(label).query(from).datasource(SOURCE).multi(true).includeAll(true).allValue(".*")
  .refresh(dashboard.VariableRefresh.OnTimeRangeChanged).sort(dashboard.VariableSort.AlphabeticalAsc)
  .current({ selected: true, text: "All", value: "$__all" });

// {title, text, panels} -> {file, title, json, expressions: [{expr, panel}]}
export function build({ title, text, panels }) {
  const uid = DASHBOARDS.find(([name]) => name === title)[1];
  const board = new dashboard.DashboardBuilder(`Marquee: ${title}`)
    .uid(uid).description(text).tags(["marquee"]).readonly().refresh("30s").timezone("browser")
    .time({ from: "now-6h", to: "now" }).tooltip(dashboard.DashboardCursorSync.Crosshair)
    .withVariable(new dashboard.DatasourceVariableBuilder("datasource").label("Data source").type("prometheus"))
    .withVariable(variable("job", "Job", 'label_values(up{job=~"marquee.*"}, job)'))
    .withVariable(variable("instance", "Instance", 'label_values(process_start_time_seconds{job=~"$job"}, instance)'))
    .annotation(new dashboard.AnnotationQueryBuilder().name("Alerts").enable(true).iconColor("red").datasource(SOURCE)
      .expr('ALERTS{alertstate="firing",alertname=~"Marquee.*",severity!="none"}'))
    .links([
      new dashboard.DashboardLinkBuilder("Marquee").type(dashboard.DashboardLinkType.Dashboards).tags(["marquee"]).keepTime(true).includeVars(true),
      new dashboard.DashboardLinkBuilder("Runbooks").type(dashboard.DashboardLinkType.Link).url(RUNBOOKS).targetBlank(true),
    ]);
  for (const panel of layout(panels)) board.withPanel(panel);
  const json = JSON.stringify(board.build(), null, 2);
  return {
    file: `${uid}.json`,
    title,
    json: `${json}\n`,
    expressions: panels.flatMap((panel) => panel.targets.map(([expr]) => ({ expr: selected(expr), panel: panel.title }))),
  };
}

export const quantile = (q, metric, labels = []) =>
  `histogram_quantile(${q}, sum by (${["le", ...labels].join(", ")}) (rate(${metric}_bucket{@}[$__rate_interval])))`;
