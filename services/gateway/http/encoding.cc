#include "services/gateway/http/encoding.h"

#include <algorithm>

#include "services/gateway/http/headers.h"

namespace marquee::gateway {
namespace {

// "0.8" → 800; at most three decimals are read. A malformed weight is 1000, as if none were given.
int ParseWeight(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return 1000;
  if (text[0] == '1') return 1000;
  int weight = 0;
  int unit = 100;
  for (size_t i = 2; i < std::min<size_t>(text.size(), 5); ++i) {
    if (text[i] < '0' || text[i] > '9') return 1000;
    weight += (text[i] - '0') * unit;
    unit /= 10;
  }
  return weight;
}

}  // namespace

std::string_view CodingName(Coding coding) {
  switch (coding) {
    case Coding::kGzip:
      return "gzip";
    case Coding::kBrotli:
      return "br";
    case Coding::kIdentity:
      break;
  }
  return "";
}

int WeightOf(std::string_view list, std::string_view token) {
  int any = -1;
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    std::string_view entry = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    const size_t semicolon = std::min(entry.find(';'), entry.size());
    const std::string_view name = Trim(entry.substr(0, semicolon));
    int weight = 1000;
    std::string_view parameters = entry.substr(semicolon);
    if (const size_t q = parameters.find("q="); q != std::string_view::npos) {
      weight = ParseWeight(Trim(parameters.substr(q + 2)));
    }
    if (EqualsIgnoreCase(name, token)) return weight;
    if (name == "*") any = weight;
  }
  return any;
}

Coding ChooseCoding(std::string_view accept_encoding) {
  const int brotli = WeightOf(accept_encoding, "br");
  const int gzip = WeightOf(accept_encoding, "gzip");
  if (brotli > 0 && brotli >= gzip) return Coding::kBrotli;
  if (gzip > 0) return Coding::kGzip;
  return Coding::kIdentity;
}

}  // namespace marquee::gateway
