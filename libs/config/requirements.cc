#include "libs/config/requirements.h"

#include <absl/strings/str_split.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <vector>

#include "libs/base/strings.h"
#include "libs/config/schema.h"

namespace marquee::config {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

class Checker {
 public:
  Checker(const std::set<std::string, std::less<>>& given, const ReportProblem& report)
      : given_(given), report_(report) {}

  void CheckMessage(const Message& message, const std::string& prefix) const {
    const auto& fields = *message.GetReflection();
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor& field = *message.GetDescriptor()->field(i);
      const std::string path = prefix + field.name();
      CheckPresence(message, field, path);
      if (field.is_repeated()) CheckLength(message, field, path);
      if (field.message_type() == nullptr) continue;
      if (!field.is_repeated()) {
        CheckMessage(fields.GetMessage(message, &field), path + ".");
        continue;
      }
      for (int item = 0; item < fields.FieldSize(message, &field); ++item) {
        CheckMessage(fields.GetRepeatedMessage(message, &field, item),
                     fmt::format("{}[{}].", path, item));
      }
      CheckUnique(message, field, path);
    }
  }

 private:
  void CheckPresence(const Message& message, const FieldDescriptor& field,
                     const std::string& path) const {
    const Setting& rules = SettingOf(field);
    if (!IsMissing(message, field, path)) return;
    if (rules.required()) report_(path, "required but not given; add it");
    if (const std::string because = ReasonFor(message, rules.required_when()); !because.empty()) {
      report_(path, fmt::format("required when {}; add it", because));
    }
  }

  bool IsMissing(const Message& message, const FieldDescriptor& field,
                 const std::string& path) const {
    const auto& fields = *message.GetReflection();
    if (field.is_repeated()) return fields.FieldSize(message, &field) == 0;
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      return fields.GetString(message, &field).empty();
    }
    return field.message_type() == nullptr && !given_.contains(path);
  }

  // For "type=plex|jellyfin": "type is plex" if the sibling has that value, else empty.
  static std::string ReasonFor(const Message& message, const std::string& condition) {
    const size_t equals = condition.find('=');
    if (equals == std::string::npos) return {};
    const std::string sibling_name = condition.substr(0, equals);
    const FieldDescriptor* sibling = message.GetDescriptor()->FindFieldByName(sibling_name);
    if (sibling == nullptr || sibling->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return {};
    const std::string value = message.GetReflection()->GetString(message, sibling);
    const std::vector<std::string> demanding = absl::StrSplit(condition.substr(equals + 1), '|');
    if (std::ranges::find(demanding, value) == demanding.end()) return {};
    return fmt::format("{} is {}", sibling_name, value);
  }

  void CheckLength(const Message& message, const FieldDescriptor& field,
                   const std::string& path) const {
    const Setting& rules = SettingOf(field);
    const int length = message.GetReflection()->FieldSize(message, &field);
    if (length > Bound(rules.max(), length)) {
      report_(path, fmt::format("expected at most {} items, found {}", rules.max(), length));
    }
    if (length < Bound(rules.min(), length)) {
      report_(path, fmt::format("expected at least {} items, found {}", rules.min(), length));
    }
  }

  static int Bound(const std::string& text, int unbounded) {
    int bound = unbounded;
    std::from_chars(text.data(), text.data() + text.size(), bound);
    return bound;
  }

  void CheckUnique(const Message& message, const FieldDescriptor& list,
                   const std::string& path) const {
    const auto& fields = *message.GetReflection();
    for (int i = 0; i < list.message_type()->field_count(); ++i) {
      const FieldDescriptor& field = *list.message_type()->field(i);
      if (!SettingOf(field).unique()) continue;
      std::map<std::string, int> first;
      for (int item = 0; item < fields.FieldSize(message, &list); ++item) {
        const Message& one = fields.GetRepeatedMessage(message, &list, item);
        const std::string text = one.GetReflection()->GetString(one, &field);
        if (text.empty()) continue;
        const auto [before, fresh] = first.emplace(text, item);
        if (fresh) continue;
        report_(fmt::format("{}[{}].{}", path, item, field.name()),
                fmt::format("the same as {}[{}].{}; choose another", path, before->second,
                            field.name()));
      }
    }
  }

  const std::set<std::string, std::less<>>& given_;
  const ReportProblem& report_;
};

}  // namespace

void CheckRequirements(const Message& settings, const std::set<std::string, std::less<>>& given,
                       const ReportProblem& report) {
  Checker(given, report).CheckMessage(settings, "");
}

}  // namespace marquee::config
