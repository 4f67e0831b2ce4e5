// Errors are values: every fallible function returns absl::Status or absl::StatusOr<T>. These two
// macros pass an error on to the caller.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <utility>

// Returns from the enclosing function when `expr` yields a status that is not OK.
#define MARQUEE_RETURN_IF_ERROR(expr)                         \
  do {                                                        \
    if (auto marquee_status = (expr); !marquee_status.ok()) { \
      return marquee_status;                                  \
    }                                                         \
  } while (false)

// MARQUEE_ASSIGN_OR_RETURN(auto x, MakeX());
#define MARQUEE_ASSIGN_OR_RETURN(lhs, expr) \
  MARQUEE_ASSIGN_OR_RETURN_IMPL_(MARQUEE_CONCAT_(marquee_statusor_, __LINE__), lhs, expr)
#define MARQUEE_ASSIGN_OR_RETURN_IMPL_(tmp, lhs, expr) \
  auto tmp = (expr);                                   \
  if (!tmp.ok()) return tmp.status();                  \
  lhs = std::move(tmp).value()
#define MARQUEE_CONCAT_(a, b) MARQUEE_CONCAT_INNER_(a, b)
#define MARQUEE_CONCAT_INNER_(a, b) a##b
