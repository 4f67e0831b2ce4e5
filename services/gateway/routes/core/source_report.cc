#include "services/gateway/routes/core/source_report.h"

#include <algorithm>
#include <array>
#include <utility>

#include "services/gateway/model/json_writer.h"

namespace marquee::gateway {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kWords{{
    {"unreachable", "cannot be reached"},
    {"timeout", "does not answer in time"},
    {"unauthorized", "does not accept its token or password"},
    {"tls", "has a certificate that cannot be verified"},
    {"server_error", "returns server errors"},
    {"not_found", "was not found at the configured address"},
    {"unexpected_answer", "returned an unexpected response"},
    {"empty", "no longer has any titles"},
    {"shrunk", "has far fewer titles than before"},
    {"settings", "has invalid settings"},
}};

std::string_view StateOf(const SourceInfo& source) {
  if (!source.enabled) return "off";
  if (source.category.empty()) return source.pending || !source.healthy ? "pending" : "ok";
  return source.items > 0 ? "stale" : "failed";
}

}  // namespace

std::string_view FailureInWords(std::string_view category) {
  if (category.empty()) return "";
  const auto row =
      std::ranges::find(kWords, category, &std::pair<std::string_view, std::string_view>::first);
  return row == kWords.end() ? "fails" : row->second;
}

std::string SourcesJson(const std::vector<SourceInfo>& sources) {
  std::string json = "[";
  for (const SourceInfo& source : sources) {
    if (json.size() > 1) json += ',';
    JsonObject object(json);
    object.Text("name", source.name);
    object.Text("type", source.type);
    object.Text("state", StateOf(source));
    if (source.enabled) object.TextIfAny("category", source.category);
    if (source.enabled) object.TextIfAny("message", FailureInWords(source.category));
    object.Integer("items", source.items);
    object.Close();
  }
  return json + "]";
}

}  // namespace marquee::gateway
