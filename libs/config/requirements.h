// What must not be missing from settings, and what must not be there twice.
#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace marquee::config {

using ReportProblem = std::function<void(std::string_view path, std::string_view what)>;

// Checks `required`, `required_when`, `unique` and the length of lists, in all of `settings`.
// `given`: the paths of words that were given rather than defaults. Calls `report` for each
// problem, in the order of the fields.
void CheckRequirements(const google::protobuf::Message& settings,
                       const std::set<std::string, std::less<>>& given,
                       const ReportProblem& report);

}  // namespace marquee::config
