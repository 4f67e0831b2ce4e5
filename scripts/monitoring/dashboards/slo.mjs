// Service level objectives: what is left of each error budget, and how fast it burns.
import { BURNS, SLOS } from "../slos.mjs";

const budget = (name) =>
  `1 - (slo:marquee_sli_errors:ratio_rate3d{slo="${name}"} / on (slo) group_left () (1 - slo:marquee_slo:objective{slo="${name}"}))`;

export const slo = {
  title: "Service levels (SLO)",
  text: "Objectives over 30 days (docs/metrics.md). A budget of 100 % means no errors; below 0 % the objective is missed at this pace.",
  panels: [
    ...SLOS.map(({ name, sli, objective }) => ({
      title: name, kind: "stat", w: 4, h: 6, unit: "percentunit", steps: [[null, "red"], [0, "orange"], [0.5, "green"]],
      text: `${sli} Objective: ${Number((objective * 100).toFixed(2))} %. Shown: the error budget that is left if the last three days go on.`,
      targets: [[budget(name), name]],
    })),
    {
      title: "Events per second", w: 4, h: 6, unit: "reqps", text: "Events that each indicator counts.",
      targets: [["slo:marquee_sli_events:rate5m", "{{slo}}"]],
    },
    ...BURNS.map(({ severity, long, short, factor }) => ({
      title: `Pace over ${long} and ${short}`, w: 12, h: 8, steps: [[null, "green"], [factor, "red"]],
      text: `1 uses up the budget in 30 days. The alert (${severity}) fires when both windows are above ${factor}.`,
      targets: [long, short].map((window) => [
        `slo:marquee_sli_errors:ratio_rate${window} / on (slo) group_left () (1 - slo:marquee_slo:objective)`, `{{slo}} ${window}`]),
    })),
  ],
};
