#include "services/imageproc/model/purge_scope.h"

namespace marquee::imageproc {

PurgeScope PurgeScope::OfSource(const std::string& source) {
  const std::string text = OriginalKey::AtSource(source, "").Text();
  // Keep everything before the length of the path.
  return PurgeScope(text.substr(0, text.size() - std::string_view("0:0:0:").size()));
}

PurgeScope PurgeScope::OfOriginal(const OriginalKey& key) {
  std::string text = key.Text();
  if (key.artwork_version.empty()) text.resize(text.size() - std::string_view("0:").size());
  return PurgeScope(std::move(text));
}

bool PurgeScope::CoversImage(std::string_view text) const {
  // The text of a spec never contains '|'.
  const size_t bar = text.find('|');
  return bar != text.npos && CoversOriginal(text.substr(bar + 1));
}

}  // namespace marquee::imageproc
