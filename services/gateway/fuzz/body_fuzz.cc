// Request bodies of displays before authentication: register, check, heartbeat, pair. Checks that
// every response is one that displays understand and that forwarded values are bounded.
#include <boost/json/serialize.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "libs/base/clock.h"
#include "libs/obs/metrics.h"
#include "services/gateway/limits/fixed_window.h"
#include "services/gateway/model/json_reader.h"
#include "services/gateway/routes/core/router.h"
#include "services/gateway/routes/devices/device_pairing.h"
#include "services/gateway/routes/devices/devices.h"
#include "services/gateway/testing/fake_fleet.h"
#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/requests.h"
#include "services/gateway/testing/run.h"

namespace marquee::gateway {
namespace {

constexpr FixedWindow::Options kNoLimit{.limit = 2'000'000'000, .window = absl::Seconds(1)};
constexpr size_t kLongestText = 4096;

void Check(bool holds) {
  if (!holds) std::abort();
}

class FuzzedServer {
 public:
  FuzzedServer() {
    devices_routes_.AddTo(router_);
    pairing_.AddTo(router_);
  }

  void Send(std::string_view body) {
    for (const char* path : {"/api/devices/register", "/api/devices/check",
                             "/api/devices/heartbeat", "/api/devices/pair"}) {
      const Response answer =
          RunToEnd(router_.Handle(MakeRequest(Method::kPost, path, {}, std::string(body))));
      Check(answer.status == 200 || answer.status == 400 || answer.status == 401);
      Check(ParseJsonObject(BodyOf(answer)).ok());
    }
    Check(devices_.last_register.name.size() <= kLongestText);
    Check(devices_.last_register.identity.hardware_id.size() <= kLongestText);
    Check(fleet_.last_claim.name.size() <= kLongestText);
    Check(fleet_.last_claim.code.size() <= 6);
  }

 private:
  base::SystemClock clock_;
  obs::Metrics metrics_;
  FakeDevices devices_;
  FakeFleet fleet_;
  const AddressList bypass_;
  const RegistrationRule registration_ = RegistrationRule::Create("open", false).value();
  FixedWindow registrations_{kNoLimit, clock_};
  FixedWindow pairings_{kNoLimit, clock_};
  FixedWindow wrong_codes_{kNoLimit, clock_};
  Router router_{{.clock = clock_, .metrics = metrics_, .version = "1"}};
  DeviceRoutes devices_routes_{{.clock = clock_,
                                .devices = devices_,
                                .register_limit = registrations_,
                                .bypass = bypass_,
                                .registration = registration_}};
  DevicePairingRoutes pairing_{
      {.clock = clock_, .fleet = fleet_, .pair_limit = pairings_, .wrong_limit = wrong_codes_}};
};

void Run(std::string_view text) {
  static auto& server = *new FuzzedServer;
  server.Send(text);
  const auto object = ParseJsonObject(text);
  if (!object.ok()) return;
  Check(TextField(*object, "name", 16).size() <= 16);
  // Parsed input can be written and parsed again.
  Check(ParseJsonObject(boost::json::serialize(*object)).ok());
}

}  // namespace
}  // namespace marquee::gateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  marquee::gateway::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
