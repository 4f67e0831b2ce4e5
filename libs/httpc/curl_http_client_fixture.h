// Fixture for the tests of HTTP clients: a loopback server with scripted responses, and a client.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "libs/base/clock.h"
#include "libs/httpc/curl_http_client.h"
#include "libs/httpc/fetch.h"
#include "tests/support/fake_http_server.h"

namespace marquee::httpc {

// For tests of any client.
class FakeServerFixture : public ::testing::Test {
 protected:
  HttpRequest Request(std::string_view path) const {
    HttpRequest request;
    request.url = server_.url(path);
    request.upstream = "Den";
    request.host_rule = [](const Url&) { return HostTrust::kConfigured; };
    return request;
  }

  base::CallContext Within(absl::Duration time) const {
    return {.deadline = clock_.Now() + time, .stop = {}};
  }
  base::CallContext Soon() const { return Within(absl::Seconds(20)); }

  base::SystemClock clock_;
  obs::Metrics metrics_;
  testing::FakeHttpServer server_;
};

class CurlHttpClientTest : public FakeServerFixture {
 protected:
  void Make(CurlHttpClient::Options options = {}) {
    options.user_agent = "Marquee/test";
    client_ = *CurlHttpClient::Create(options, {clock_, metrics_});
  }

  absl::StatusOr<HttpResponse> Get(HttpRequest request) {
    return Fetch(*client_, std::move(request), Soon());
  }
  absl::StatusOr<HttpResponse> Get(std::string_view path) { return Get(Request(path)); }

  double Counted(const std::string& name, const obs::Labels& labels) {
    return metrics_.counter(name, "", labels).value();
  }

  std::unique_ptr<CurlHttpClient> client_;
};

}  // namespace marquee::httpc
