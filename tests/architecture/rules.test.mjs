// The rules against small made-up files: each kind of wrong is seen, and what is right passes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { findings, livesIn } from "./rules.mjs";

const rules = JSON.parse(readFileSync(new URL("rules.json", import.meta.url), "utf8"));

function of(file, ...lines) {
  return findings([[file, lines.join("\n")]], rules);
}

function refuses(name, file, line, sentence) {
  test(name, () => {
    const found = of(file, "// a head comment", line);
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0], new RegExp(`^${file}:2: .*${sentence}`));
  });
}

function allows(name, file, ...lines) {
  test(name, () => assert.deepEqual(of(file, ...lines), []));
}

refuses("a service does not include another", "services/gateway/routes/a.cc",
  '#include "services/playlist/model/item.h"', "speak gRPC");
refuses("a library does not include a service", "libs/cache/a.h",
  '#include "services/playlist/model/item.h"', "never heard");
refuses("sibling sources do not include each other", "services/playlist/sources/local/a.cc",
  '#include "services/playlist/sources/jellyfin/parse.h"', "may see only");
refuses("a port does not include its implementation", "services/devices/store/device_store.h",
  '#include "services/devices/store/sqlite/sqlite_device_store.h"', "may see only");
refuses("a living room does not include the door", "services/imageproc/pipeline/a.cc",
  '#include "services/imageproc/service/image_service.h"', "may see only");
refuses("a room does not include its module", "services/devices/registry/a.cc",
  '#include "services/devices/devices_module.h"', "module that builds it");
refuses("the all-in-one sees no room", "services/allinone/main.cc",
  '#include "services/devices/registry/registry.h"', "modules and settings");
refuses("a foreign header has one home", "services/imageproc/pipeline/a.cc",
  "#include <vips/vips8>", "at home in services/imageproc/transform");
refuses("Beast stays where it is compiled already", "services/gateway/routes/a.cc",
  "#include <boost/beast/http.hpp>", "half a minute");
refuses("generated code stays at the doors", "services/playlist/store/a.cc",
  '#include "marquee/playlist/v1/item.pb.h"', "plain values");
refuses("settings messages end in the module", "services/playlist/refresh/a.cc",
  '#include "services/playlist/playlist_config.pb.h"', "module that builds it");
refuses("locks are base::Mutex", "libs/cache/a.h", "#include <mutex>", "base::Mutex");
refuses("a banned word is seen in code", "services/devices/service/a.cc",
  "  writer->StartWriteAndFinish(&m, {}, status);", "hangs");
refuses("domain code does not sleep", "services/devices/registry/a.cc",
  "  std::this_thread::sleep_for(5ms);", "clock");

test("a room that nobody declared is refused", () => {
  assert.match(of("services/devices/utils/a.cc", "int x;")[0], /no room "utils" of devices/);
});

allows("the door sees the living room", "services/imageproc/service/a.cc",
  '#include "services/imageproc/pipeline/pipeline.h"',
  "#include <grpcpp/server_context.h>",
  '#include "marquee/imageproc/v1/image_service.pb.h"');
allows("an implementation sees its port and the model", "services/playlist/sources/local/a.cc",
  '#include "services/playlist/sources/source.h"',
  '#include "services/playlist/model/item.h"',
  '#include "libs/base/clock.h"',
  "#include <zip.h>");
allows("the module sees every room", "services/devices/devices_module.cc",
  '#include "services/devices/store/sqlite/sqlite_device_store.h"',
  '#include "services/devices/devices_config.pb.h"');
allows("a library's test may use a helper of tests", "libs/httpc/curl_http_client_test.cc",
  '#include "tests/support/fake_http_server.h"');
allows("a fixture of a library's tests may, too", "libs/httpc/curl_http_client_fixture.h",
  '#include "tests/support/fake_http_server.h"');
refuses("a library itself may not", "libs/httpc/curl_http_client.h",
  '#include "tests/support/fake_http_server.h"', "never heard");
allows("a room may be tested with the real rooms around it", "services/devices/registry/registry_test.cc",
  '#include "services/devices/store/sqlite/sqlite_device_store.h"');
refuses("a test does not reach into another service", "services/devices/registry/registry_test.cc",
  '#include "services/playlist/store/snapshot_store.h"', "speak gRPC");
allows("tools and tests may use any library", "tools/demo_posters/main.cc", "#include <vips/vips8>");
allows("the all-in-one sees the modules", "services/allinone/main.cc",
  '#include "services/playlist/playlist_module.h"');
allows("a comment may name what is banned", "services/devices/service/a.cc",
  "// Not StartWriteAndFinish: it hangs.");

test("a folder holds what is below it, a pattern stops at a slash", () => {
  assert.ok(livesIn("libs/rpc/server.h", ["libs/rpc"]));
  assert.ok(!livesIn("libs/rpcx/server.h", ["libs/rpc"]));
  assert.ok(livesIn("services/devices/service/a.cc", ["services/*/service"]));
  assert.ok(livesIn("services/devices/devices_module_test.cc", ["services/*/*_module*"]));
  assert.ok(!livesIn("services/devices/store/x_module.cc", ["services/*/*_module*"]));
});
