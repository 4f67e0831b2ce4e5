// The dashboards of deploy/grafana.
import { build } from "./dashboards/builder.mjs";
import { fleet } from "./dashboards/fleet.mjs";
import { images } from "./dashboards/images.mjs";
import { playlist } from "./dashboards/playlist.mjs";
import { services } from "./dashboards/services.mjs";
import { slo } from "./dashboards/slo.mjs";

// [{file, title, json, expressions: [{expr, panel}]}]
export const dashboards = () => [fleet, images, playlist, services, slo].map(build);
