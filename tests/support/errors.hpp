// SPDX-License-Identifier: MIT
#pragma once

// The type and the message of an exception in one check.

#include <exception>
#include <string>

/// What an Error thrown by the function says; something else where it throws nothing or another type.
template <class Error, class Function>
std::string message_of(Function function) {
  try {
    function();
  } catch (const Error& e) {
    return e.what();
  } catch (const std::exception& e) {
    return std::string("an exception of another type: ") + e.what();
  }
  return "no exception";
}
