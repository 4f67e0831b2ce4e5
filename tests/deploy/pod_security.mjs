// Pod Security "restricted" (kubernetes.io/docs/concepts/security/pod-security-standards), and more:
// a read-only root, no token, and the secret between the programs. In the form of protections.mjs.
import assert from "node:assert/strict";

const VOLUMES = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];
const context = (w) => w.container.securityContext;

// A field of the container or the pod that must have one value.
const fixed = (name, where, field, value) => ({
  name,
  check: (w) => assert.deepEqual(where(w)[field], value),
  remove: (w) => { delete where(w)[field]; },
});

export const POD_SECURITY = [
  fixed("it does not run as root", (w) => w.pod.securityContext, "runAsNonRoot", true),
  fixed("it runs as user 65534", (w) => w.pod.securityContext, "runAsUser", 65534),
  fixed("the system calls of seccomp's RuntimeDefault", (w) => w.pod.securityContext, "seccompProfile", { type: "RuntimeDefault" }),
  fixed("no privilege escalation", context, "allowPrivilegeEscalation", false),
  fixed("a read-only root", context, "readOnlyRootFilesystem", true),
  fixed("no capabilities", context, "capabilities", { drop: ["ALL"] }),
  fixed("no token in the pod", (w) => w.pod, "automountServiceAccountToken", false),
  {
    name: "a ServiceAccount of its own, without a token",
    check(w) {
      assert.equal(w.pod.serviceAccountName, w.name);
      assert.equal(w.find("ServiceAccount").automountServiceAccountToken, false);
    },
    remove: (w) => { delete w.find("ServiceAccount").automountServiceAccountToken; },
  },
  {
    name: "no privileged container and nothing that weakens its context",
    check(w) {
      assert.deepEqual(Object.keys(context(w)).sort(), ["allowPrivilegeEscalation", "capabilities", "readOnlyRootFilesystem"]);
      assert.equal(w.pod.containers.length, 1);
      assert.equal(w.pod.initContainers, undefined);
    },
    remove: (w) => { context(w).privileged = true; },
  },
  ...["hostNetwork", "hostPID", "hostIPC"].map((field) => ({
    name: `no ${field}`,
    check: (w) => assert.ok(!w.pod[field]),
    remove: (w) => { w.pod[field] = true; },
  })),
  {
    name: "no ports of the node",
    check: (w) => assert.ok(w.container.ports.every(({ hostPort }) => hostPort === undefined)),
    remove: (w) => { w.container.ports[0].hostPort = 80; },
  },
  {
    name: "the secret of the four programs comes from a Secret and cannot be written",
    applies: (w) => w.name !== "marquee",
    check(w) {
      const { secret } = w.volume("rpc");
      assert.equal(secret.secretName, "marquee-rpc");
      assert.equal(secret.defaultMode & 0o037, 0, "not for other users, and read-only for the group");
      const { mountPath, readOnly } = w.container.volumeMounts.find(({ name }) => name === "rpc");
      assert.ok(readOnly);
      assert.equal(w.settings.rpc.shared_secret_file, `${mountPath}/secret`);
    },
    remove: (w) => w.changeSettings((settings) => { delete settings.rpc; }),
  },
  {
    name: "only volumes that are not folders of the node",
    check(w) {
      for (const { name, ...source } of w.pod.volumes) assert.ok(VOLUMES.includes(Object.keys(source)[0]), name);
    },
    remove: (w) => { w.pod.volumes.push({ name: "node", hostPath: { path: "/" } }); },
  },
];
