// Fixture for tests of routes: a router behind a gate, with a fake clock.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <utility>

#include "libs/obs/metrics.h"
#include "libs/testing/fake_clock.h"
#include "services/gateway/auth/admin_token.h"
#include "services/gateway/auth/gate.h"
#include "services/gateway/auth/sealer.h"
#include "services/gateway/auth/sessions.h"
#include "services/gateway/limits/request_limits.h"
#include "services/gateway/routes/core/router.h"
#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/requests.h"
#include "services/gateway/testing/run.h"

namespace marquee::gateway {

inline const Fields kWithToken{{"X-API-Key", "let-me-in"}};

// The routes under test are members of the derived class, which adds them to `router_`. The gate
// accepts the token "let-me-in" and the credentials in `accounts_`; limits are off.
class RouteTest : public ::testing::Test {
 protected:
  explicit RouteTest(const RequestLimits::Options& limits = {.display_per_second = 0,
                                                             .device_per_second = 0,
                                                             .api_per_minute = 0,
                                                             .admin_per_minute = 0,
                                                             .failures_per_15_minutes = 0})
      : limits_(limits, clock_, metrics_) {}

  Response Ask(Method method, const std::string& target, const Fields& fields = {},
               std::string body = {}) const {
    return RunToEnd(router_.Handle(MakeRequest(method, target, fields, std::move(body))));
  }
  Response Get(const std::string& target, const Fields& fields = {}) const {
    return Ask(Method::kGet, target, fields);
  }
  Response Post(const std::string& target, const std::string& body,
                const Fields& fields = {}) const {
    return Ask(Method::kPost, target, fields, body);
  }
  static boost::json::value Json(const Response& response) {
    return boost::json::parse(BodyOf(response));
  }
  double Counted(const std::string& name, const obs::Labels& labels) {
    // The help text is irrelevant because the metric is already registered.
    return metrics_.counter(name, "", labels).value();
  }

  testing::FakeClock clock_;
  obs::Metrics metrics_;
  FakeAccounts accounts_;
  RequestLimits limits_;
  const AdminToken token_{"let-me-in"};
  const Sealer sealer_{{}};
  const Sessions sessions_{sealer_, clock_};
  const OriginCheck origins_{{}};
  Gate gate_{{.clock = clock_,
              .token = token_,
              .sessions = sessions_,
              .origins = origins_,
              .accounts = accounts_,
              .limits = limits_}};
  Router router_{{.clock = clock_,
                  .metrics = metrics_,
                  .version = "1.2.3",
                  .gate = &gate_,
                  .audit = &accounts_,
                  .limits = &limits_}};
};

}  // namespace marquee::gateway
