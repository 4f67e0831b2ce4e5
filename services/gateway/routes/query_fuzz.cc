// A target as it stands in a request line, through decoding, the rules of queries and the keys of
// caches.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "services/gateway/http/encoding.h"
#include "services/gateway/http/etag.h"
#include "services/gateway/http/range.h"
#include "services/gateway/http/target.h"
#include "services/gateway/routes/image_query.h"
#include "services/gateway/routes/media_selection.h"

namespace {

using namespace marquee::gateway;  // NOLINT(google-build-using-namespace): one function

void Check(bool holds) {
  if (!holds) std::abort();
}

void Fields(std::string_view text) {
  ByteRange range;
  if (ParseRange(text, 1000, range) == RangeVerdict::kSatisfiable) {
    Check(range.first <= range.last && range.last < 1000);
  }
  ChooseCoding(text);
  IfNoneMatchHas(text, "\"x\"");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Fields(text);
  const auto target = ParseTarget(text);
  if (!target.ok()) return 0;
  Check(target->path.starts_with('/') && !target->path.starts_with("//"));
  Check(target->path.find("/../") == std::string::npos && !target->path.ends_with("/.."));

  std::vector<FieldError> errors;
  const ImageRequest image = ParseImageQuery(target->query, text, errors);
  if (errors.empty()) {
    Check(!image.url.empty() || (!image.source.empty() && PathFault(image.path).empty()));
    Check(image.width >= 0 && image.width <= 4000 && image.quality <= 100);
    Check(image.Key() == image.Key());
  }
  errors.clear();
  const MediaQuery media = ParseMediaQuery(target->query, errors);
  if (errors.empty() && media.count) Check(*media.count >= 1 && *media.count <= 1000);
  return 0;
}
