// Every {expr, where} of a Grafana dashboard.
export function dashboardExpressions(dashboard) {
  return dashboard.panels.flatMap((panel) =>
    (panel.targets ?? []).map(({ expr }) => ({ expr, where: `${dashboard.title}: ${panel.title}` })));
}

// An expression as Grafana sends it, with all jobs and instances selected.
export function concrete(expr, interval = "1m") {
  return expr.replaceAll("$__rate_interval", interval).replaceAll("$job", ".*").replaceAll("$instance", ".*");
}
