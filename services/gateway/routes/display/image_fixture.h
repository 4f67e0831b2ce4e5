// The image route over a fake image service.
#pragma once

#include <string>
#include <vector>

#include "services/gateway/routes/display/image.h"
#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {

class ImageRouteTest : public RouteTest {
 protected:
  explicit ImageRouteTest(const std::vector<std::string>& signing_keys = {})
      : signer_(signing_keys, absl::Hours(24)) {
    routes_.AddTo(router_);
  }

  FakeImages images_;
  ImageCache cache_{{}, {.clock = clock_, .metrics = metrics_, .images = images_}};
  const ImageUrlSigner signer_;
  ImageRoute routes_{{.clock = clock_, .metrics = metrics_, .cache = cache_, .signer = signer_}};
};

}  // namespace marquee::gateway
