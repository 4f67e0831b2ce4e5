// Port to the image service.
#pragma once

#include <absl/status/statusor.h>

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "services/gateway/model/image.h"

namespace marquee::gateway {

// Classifies the errors of the image port, so that routes do not interpret status codes.
enum class ImageFailure {
  kMalformed,  // 400
  kNoImage,    // the origin fails, is unknown or forbidden, or its bytes are not an image: fallback
               // image
  kOverload,   // this gateway or the image service is overloaded or unavailable: 503 with
               // Retry-After
};
ImageFailure ClassifyImageFailure(const absl::Status& status);

class ImagePort {
 public:
  using Done = std::function<void(absl::StatusOr<Image>)>;
  virtual ~ImagePort() = default;
  // Calls `done` exactly once, on any thread, possibly before it returns. Stopping `stop` ends the
  // call early (kCancelled). `if_none_match`: the quoted ETag that the caller holds, or "".
  virtual void Get(const ImageRequest& request, const std::string& if_none_match,
                   std::stop_token stop, Done done) = 0;
  // Whether the last call reached the service.
  virtual bool connected() const = 0;
};

}  // namespace marquee::gateway
