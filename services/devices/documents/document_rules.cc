#include "services/devices/documents/document_rules.h"

#include <string>

#include "services/devices/documents/display_rules.h"
#include "services/devices/documents/list_rules.h"
#include "services/devices/model/document.h"

namespace marquee::devices {

std::vector<rpc::FieldViolation> CheckDocument(std::string_view document_id,
                                               const boost::json::object& body,
                                               std::vector<rpc::FieldViolation>* unknown) {
  constexpr size_t kMost = 100;
  std::vector<rpc::FieldViolation> violations;
  if (document_id == kDisplayDocument) CheckDisplay(body, "", violations, unknown);
  if (document_id == kPresetsDocument) CheckPresets(body, violations, unknown);
  if (document_id == kSourcesDocument) CheckSources(body, violations);
  if (violations.size() > kMost) violations.resize(kMost);
  return violations;
}

}  // namespace marquee::devices
