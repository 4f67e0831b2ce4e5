// A request target through decoding, query validation and cache keys, and the header fields that
// are parsed by hand.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/artwork_path.h"
#include "services/gateway/http/encoding.h"
#include "services/gateway/http/etag.h"
#include "services/gateway/http/range.h"
#include "services/gateway/http/target.h"
#include "services/gateway/limits/address_list.h"
#include "services/gateway/routes/display/image_query.h"
#include "services/gateway/routes/display/media_selection.h"

namespace marquee::gateway {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

void ReadFields(std::string_view text) {
  ByteRange range;
  if (ParseRange(text, 1000, range) == RangeVerdict::kSatisfiable) {
    Check(range.first <= range.last && range.last < 1000);
  }
  ChooseCoding(text);
  IfNoneMatchHas(text, "\"x\"");
  const auto networks = AddressList::Parse({std::string(text)});
  if (networks.ok()) networks->Contains("10.0.0.1");
}

void ReadQueries(const Query& query, std::string_view accept) {
  std::vector<FieldError> errors;
  const ImageRequest image = ParseImageQuery(query, accept, {.avif = true}, errors);
  if (errors.empty()) {
    Check(!image.url.empty() ||
          (!image.source.empty() && base::ArtworkPathFault(image.path).empty()));
    Check(image.width >= 0 && image.width <= 4000 && image.quality <= 100);
    Check(!image.Key().empty());
  }
  errors.clear();
  const MediaQuery media = ParseMediaQuery(query, errors);
  if (errors.empty() && media.count) Check(*media.count >= 1 && *media.count <= 1000);
}

void Run(std::string_view text) {
  ReadFields(text);
  const auto target = ParseTarget(text);
  if (!target.ok()) return;
  Check(target->path.starts_with('/') && !target->path.starts_with("//"));
  Check(target->path.find("/../") == std::string::npos && !target->path.ends_with("/.."));
  // Encoding the decoded target and decoding it again gives the same result.
  std::string again;
  for (const auto& [name, value] : target->query.all()) {
    again += (again.empty() ? "/?" : "&") + PercentEncode(name) + "=" + PercentEncode(value);
  }
  if (!again.empty()) {
    const auto reread = ParseTarget(again);
    Check(reread.ok() && reread->query.all() == target->query.all());
  }
  ReadQueries(target->query, text);
}

}  // namespace
}  // namespace marquee::gateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  marquee::gateway::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
