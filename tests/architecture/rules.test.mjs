// Tests the rules with small examples: each kind of violation is found, and valid code passes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { findings, isIn } from "./rules.mjs";

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

refuses("a service does not include another", "services/gateway/routes/core/a.cc",
  '#include "services/playlist/model/item.h"', "use gRPC");
refuses("a library does not include a service", "libs/cache/a.h",
  '#include "services/playlist/model/item.h"', "must not include");
refuses("sibling sources do not include each other", "services/playlist/sources/local/a.cc",
  '#include "services/playlist/sources/jellyfin/parse.h"', "may include only");
refuses("a port does not include its implementation", "services/devices/store/device_store.h",
  '#include "services/devices/store/sqlite/sqlite_device_store.h"', "may include only");
refuses("a domain folder does not include the gRPC front", "services/imageproc/pipeline/a.cc",
  '#include "services/imageproc/service/image_service.h"', "may include only");
refuses("a folder does not include its module", "services/devices/registry/a.cc",
  '#include "services/devices/devices_module.h"', "module that creates");
refuses("the all-in-one includes no domain folder", "services/allinone/main.cc",
  '#include "services/devices/registry/registry.h"', "modules and settings");
refuses("a third-party header is allowed in one folder", "services/imageproc/pipeline/a.cc",
  "#include <vips/vips8>", "allowed only in services/imageproc/transform");
refuses("Beast is allowed only in http and ws", "services/gateway/routes/core/a.cc",
  "#include <boost/beast/http.hpp>", "half a minute");
refuses("generated code is allowed only in service and clients", "services/playlist/store/a.cc",
  '#include "marquee/playlist/v1/item.pb.h"', "plain values");
refuses("settings messages are used only in the module", "services/playlist/refresh/a.cc",
  '#include "services/playlist/playlist_config.pb.h"', "module that creates");
refuses("locks are base::Mutex", "libs/cache/a.h", "#include <mutex>", "base::Mutex");
refuses("a restricted function is found in code", "services/devices/service/a.cc",
  "  writer->StartWriteAndFinish(&m, {}, status);", "hangs");
refuses("domain code does not sleep", "services/devices/registry/a.cc",
  "  std::this_thread::sleep_for(5ms);", "clock");

refuses("a page does not import another page's module", "services/gateway/web/wall/a.js",
  "import { Slide } from '../screensaver/slide.js';", "wall may import only wall, device, shared");
refuses("shared modules of the pages import no page", "services/gateway/web/shared/a.js",
  "const { Wall } = await import('../wall/wall.js');", "may import only shared");
allows("a page imports its own and shared modules", "services/gateway/web/cinema/a.js",
  "import { startPage } from '../device/page.js';", "import { play } from '../shared/animation.js';",
  "import { NowPlaying } from './now_playing.js';");

refuses("a low library does not include a higher one", "libs/base/a.h",
  '#include "libs/httpc/http_client.h"', "libs/base may include only base");
refuses("the RPC library does not include the program framework", "libs/rpc/a.h",
  '#include "libs/app/program.h"', "libs/rpc may include only rpc, base, config, obs");
refuses("a library does not include test helpers", "libs/config/a.cc",
  '#include "libs/testing/temp_dir.h"', "libs/config may include only");
allows("a library includes the libraries listed for it", "libs/app/a.h",
  '#include "libs/rpc/server.h"', '#include "libs/base/clock.h"', '#include "libs/app/program.h"');
allows("a library's tests include test helpers", "libs/config/loader_fixture.h",
  '#include "libs/testing/temp_dir.h"', '#include "libs/files/file_system.h"');

test("a folder that is not listed is reported", () => {
  assert.match(of("libs/utils/a.cc", "int x;")[0], /does not list the folder "utils" of libs/);
  assert.match(of("services/devices/utils/a.cc", "int x;")[0], /does not list the folder "utils" of devices/);
  assert.match(of("services/gateway/web/a.js", "import './b.js';")[0], /does not list the folder "" of the pages/);
});

allows("the gRPC front includes domain folders", "services/imageproc/service/a.cc",
  '#include "services/imageproc/pipeline/pipeline.h"',
  "#include <grpcpp/server_context.h>",
  '#include "marquee/imageproc/v1/image_service.pb.h"');
allows("an implementation includes its port and the model", "services/playlist/sources/local/a.cc",
  '#include "services/playlist/sources/source.h"',
  '#include "services/playlist/model/item.h"',
  '#include "libs/base/clock.h"',
  "#include <zip.h>");
allows("a folder that creates classes from settings includes them", "services/playlist/sources_config/a.cc",
  '#include "services/playlist/playlist_config.pb.h"');
refuses("a folder that reads settings does not include the module", "services/playlist/sources_config/a.cc",
  '#include "services/playlist/playlist_module.h"', "module that creates");
allows("the module includes every folder", "services/devices/devices_module.cc",
  '#include "services/devices/store/sqlite/sqlite_device_store.h"',
  '#include "services/devices/devices_config.pb.h"');
allows("a library's test may include tests/support", "libs/httpc/curl_http_client_test.cc",
  '#include "tests/support/fake_http_server.h"');
allows("a fixture of a library's tests may include tests/support", "libs/httpc/curl_http_client_fixture.h",
  '#include "tests/support/fake_http_server.h"');
refuses("a library may not include tests/support", "libs/httpc/curl_http_client.h",
  '#include "tests/support/fake_http_server.h"', "must not include");
allows("a test may include any folder of its service", "services/devices/registry/registry_test.cc",
  '#include "services/devices/store/sqlite/sqlite_device_store.h"');
refuses("a test does not include another service", "services/devices/registry/registry_test.cc",
  '#include "services/playlist/store/snapshot_store.h"', "use gRPC");
allows("tools and tests may use any library", "tools/demo_posters/main.cc", "#include <vips/vips8>");
allows("the all-in-one includes the modules", "services/allinone/main.cc",
  '#include "services/playlist/playlist_module.h"');
allows("a restricted function may be named in a comment", "services/devices/service/a.cc",
  "// Not StartWriteAndFinish: it hangs.");

test("a folder matches its subfolders, a pattern does not match across slashes", () => {
  assert.ok(isIn("libs/rpc/server.h", ["libs/rpc"]));
  assert.ok(!isIn("libs/rpcx/server.h", ["libs/rpc"]));
  assert.ok(isIn("services/devices/service/a.cc", ["services/*/service"]));
  assert.ok(isIn("services/devices/devices_module_test.cc", ["services/*/*_module*"]));
  assert.ok(!isIn("services/devices/store/x_module.cc", ["services/*/*_module*"]));
});
