// HTTP status of each absl status code.
#include "services/gateway/http/status_table.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "libs/testing/source_path.h"

namespace marquee::gateway {
namespace {

constexpr std::array kColumns = {
    ErrorColumn::kRest,   ErrorColumn::kIfMatch,  ErrorColumn::kAccount,
    ErrorColumn::kDevice, ErrorColumn::kSettings, ErrorColumn::kProbe,
    ErrorColumn::kFile,   ErrorColumn::kImage,    ErrorColumn::kAccess};

// The rows of the table in the header's comment: code name to the status of each column.
std::map<std::string, std::array<int, kColumns.size()>> DocumentedRows() {
  std::ifstream header(testing::SourcePath("services/gateway/http/status_table.h"));
  std::map<std::string, std::array<int, kColumns.size()>> rows;
  for (std::string line; std::getline(header, line);) {
    std::istringstream words(line);
    std::string slashes;
    std::string code;
    words >> slashes >> code;
    if (code == "UNKNOWN,") words >> code;
    std::array<int, kColumns.size()> row{};
    for (int& status : row) words >> status;
    if (slashes == "//" && words) rows[code] = row;
  }
  return rows;
}

TEST(StatusTableTest, EqualsTheTableInItsHeader) {
  const auto rows = DocumentedRows();
  ASSERT_EQ(rows.size(), 15);
  for (int value = 1; value <= 16; ++value) {
    const auto code = static_cast<absl::StatusCode>(value);
    const auto row = rows.find(code == absl::StatusCode::kUnknown ? std::string("INTERNAL")
                                                                  : absl::StatusCodeToString(code));
    ASSERT_NE(row, rows.end()) << absl::StatusCodeToString(code);
    for (size_t i = 0; i < kColumns.size(); ++i) {
      EXPECT_EQ(HttpStatusOf(code, kColumns[i]), row->second[i])
          << absl::StatusCodeToString(code) << ", column " << i;
    }
  }
}

TEST(StatusTableTest, OnlyCertainRejectionsOfCredentialsAre401Or403) {
  for (int value = 1; value <= 16; ++value) {
    const auto code = static_cast<absl::StatusCode>(value);
    const bool is_rejected = HttpStatusOf(code, ErrorColumn::kAccess) < 404;
    EXPECT_EQ(is_rejected, code == absl::StatusCode::kUnauthenticated ||
                               code == absl::StatusCode::kPermissionDenied);
  }
}

}  // namespace
}  // namespace marquee::gateway
