#include "libs/httpc/outgoing_http.h"

#include <absl/random/random.h>

#include <utility>

#include "libs/base/status.h"

namespace marquee::httpc {
namespace {

double Random() {
  thread_local absl::InsecureBitGen generator;
  return absl::Uniform(generator, 0.0, 1.0);
}

}  // namespace

absl::StatusOr<std::unique_ptr<OutgoingHttp>> OutgoingHttp::Create(
    const Options& options, const CurlHttpClient::Deps& deps) {
  MARQUEE_ASSIGN_OR_RETURN(auto curl, CurlHttpClient::Create(options.curl, deps));
  return std::unique_ptr<OutgoingHttp>(new OutgoingHttp(std::move(curl), options, deps));
}

OutgoingHttp::OutgoingHttp(std::unique_ptr<CurlHttpClient> curl, const Options& options,
                           const CurlHttpClient::Deps& deps)
    : curl_(std::move(curl)),
      breaking_(options.breaker, {*curl_, deps.clock, deps.metrics}),
      delays_(deps.clock),
      retrying_(options.retry, {breaking_, delays_, deps.clock, deps.metrics, &Random}) {}

// First stop the sources of new attempts, then the waiting attempts.
OutgoingHttp::~OutgoingHttp() { curl_->Drain(absl::InfinitePast()); }

}  // namespace marquee::httpc
