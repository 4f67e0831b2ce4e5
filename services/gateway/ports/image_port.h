// What the gateway needs of the image service.
#pragma once

#include <absl/status/statusor.h>

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "services/gateway/model/image.h"

namespace marquee::gateway {

// Why there is no picture. The image port's errors carry one of two meanings, told apart here so
// that no route guesses from codes (design: "Refusals").
enum class ImageFailure {
  kMalformed,  // 400
  kNoPicture,  // the origin fails, is unknown or forbidden, or its bytes are none: fallback
  kOverload,   // we, or the service, cannot now: 503 and come again
};
ImageFailure ClassifyImageFailure(const absl::Status& status);

class ImagePort {
 public:
  using Done = std::function<void(absl::StatusOr<Image>)>;
  virtual ~ImagePort() = default;
  // Calls `done` exactly once, on any thread, possibly before it returns. A stop of `stop` ends the
  // call early (kCancelled). `if_none_match`: an ETag in quotes that the caller holds, or "".
  virtual void Get(const ImageRequest& request, const std::string& if_none_match,
                   std::stop_token stop, Done done) = 0;
  // Whether the last call reached the service.
  virtual bool connected() const = 0;
};

}  // namespace marquee::gateway
