// Validation of query parameters that collects the errors per field, worded like those of
// Posterrama 2.9.4.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/gateway/http/target.h"
#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {

class QueryRules {
 public:
  explicit QueryRules(const Query& query) : query_(query) {}

  // The value; nullopt if absent or invalid, which adds an error.
  std::optional<int> Integer(std::string_view name, int min, int max);
  std::optional<double> Number(std::string_view name, double min, double max);
  std::optional<std::string> Text(std::string_view name, size_t max_length);
  // 1, true, 0, false; without `digits` only true and false.
  std::optional<bool> Flag(std::string_view name, bool digits = true);
  void Note(std::string_view field, std::string message);

  const std::vector<FieldError>& errors() const { return errors_; }

 private:
  const Query& query_;
  std::vector<FieldError> errors_;
};

}  // namespace marquee::gateway
