// Which connections a set of NetworkPolicies allows, as a network plug-in would decide.
//
// A peer is { labels, namespace } for a pod, or { address } for a host outside the cluster.

const OWN = "marquee";

function selects(selector, labels) {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  if (Object.entries(matchLabels).some(([key, value]) => labels[key] !== value)) return false;
  return matchExpressions.every(({ key, operator, values }) => {
    if (operator === "In") return values.includes(labels[key]);
    throw new Error(`the operator ${operator} is not supported here`);
  });
}

const number = (address) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

function inNetwork(address, cidr) {
  if (cidr.includes(":")) return false;
  const [network, bits] = cidr.split("/");
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(address) / size) === Math.floor(number(network) / size);
}

function isPeer(rule, peer) {
  if (rule.ipBlock) {
    const { cidr, except = [] } = rule.ipBlock;
    return peer.address !== undefined && inNetwork(peer.address, cidr) && !except.some((one) => inNetwork(peer.address, one));
  }
  if (peer.labels === undefined) return false;
  if (!rule.namespaceSelector) return peer.namespace === OWN && selects(rule.podSelector, peer.labels);
  return selects(rule.namespaceSelector, { "kubernetes.io/metadata.name": peer.namespace }) &&
    selects(rule.podSelector ?? {}, peer.labels);
}

function isOpen(ports, port, protocol) {
  return ports === undefined || ports.some((one) => (one.protocol ?? "TCP") === protocol &&
    port >= one.port && port <= (one.endPort ?? one.port));
}

// Whether the policies of `pod` allow `direction` ("Ingress" or "Egress") with `peer` at `port`.
function allows(policies, direction, pod, peer, port, protocol) {
  if (pod.labels === undefined || pod.namespace !== OWN) return true;
  const applied = policies.filter(({ spec }) => spec.policyTypes.includes(direction) && selects(spec.podSelector, pod.labels));
  if (applied.length === 0) return true;
  const [rules, side] = direction === "Ingress" ? ["ingress", "from"] : ["egress", "to"];
  return applied.some(({ spec }) => (spec[rules] ?? []).some((rule) =>
    isOpen(rule.ports, port, protocol) && (rule[side] === undefined || rule[side].some((one) => isPeer(one, peer)))));
}

export function mayConnect(objects, from, to, port, protocol = "TCP") {
  const policies = objects.filter(({ kind }) => kind === "NetworkPolicy");
  return allows(policies, "Egress", from, to, port, protocol) && allows(policies, "Ingress", to, from, port, protocol);
}

export const podOf = (workload) => ({ namespace: OWN, labels: workload.spec.template.metadata.labels });
export const foreignPod = (namespace, labels = {}) => ({ namespace, labels });
export const host = (address) => ({ address });
