// Checks settings for missing and duplicate values.
#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace marquee::config {

using ReportProblem = std::function<void(std::string_view path, std::string_view what)>;

// Checks `required`, `required_when`, `unique` and the length of lists in all of `settings`.
// `given`: paths of explicitly given values (not defaults). Calls `report` for each problem, in the
// order of the fields.
void CheckRequirements(const google::protobuf::Message& settings,
                       const std::set<std::string, std::less<>>& given,
                       const ReportProblem& report);

}  // namespace marquee::config
