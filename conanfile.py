# SPDX-License-Identifier: MIT
# The Conan 2 package: headers, and OpenMP's flags unless with_openmp=False. docs/how-to/packages.md says how to use it.
import os
import re

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy, load
from conan.tools.layout import basic_layout
from conan.tools.scm import Version

MINIMUM = {"gcc": "12", "clang": "16"}
WIDE = r".*64.*|armv8|armv8\.3|sparcv9|s390x|e2k-.*"  # Conan's names of processors of 64 bits


class Tutti(ConanFile):
    name = "tutti"
    description = "Tensor mathematics at the speed of hand-written code, from one C++20 header"
    license = "MIT"
    topics = ("tensor", "linear-algebra", "simd", "expression-templates", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"with_openmp": [True, False]}
    exports = "include/tutti/core/version.hpp"
    exports_sources = "include/*", "cmake/TuttiDispatch*", "LICENSE"
    no_copy_source = True

    def set_version(self):
        text = load(self, os.path.join(self.recipe_folder, "include", "tutti", "core", "version.hpp"))
        self.version = ".".join(re.findall(r"#define TUTTI_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", text))

    def config_options(self):
        # g++ brings OpenMP's library along; for clang it is a package of the system.
        self.options.with_openmp = self.settings.get_safe("compiler") == "gcc"

    def layout(self):
        basic_layout(self, src_folder=".")

    def package_id(self):
        self.info.clear()

    def validate(self):
        if self.settings.get_safe("compiler.cppstd"):
            check_min_cppstd(self, 20)
        if self.settings.get_safe("compiler.runtime"):  # Microsoft's compiler, or clang in its place
            raise ConanInvalidConfiguration("tutti needs g++ or clang, but not clang in the place of Microsoft's compiler")
        if not re.fullmatch(WIDE, str(self.settings.get_safe("arch"))):
            raise ConanInvalidConfiguration("tutti needs a 64-bit processor")
        minimum = MINIMUM.get(str(self.settings.compiler))
        if minimum and Version(self.settings.compiler.version) < minimum:
            raise ConanInvalidConfiguration(f"tutti needs {self.settings.compiler} {minimum} or later")

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        copy(self, "*.hpp", os.path.join(self.source_folder, "include"), os.path.join(self.package_folder, "include"))
        copy(self, "TuttiDispatch*", os.path.join(self.source_folder, "cmake"), os.path.join(self.package_folder, "cmake"))

    def package_info(self):
        self.cpp_info.bindirs = self.cpp_info.libdirs = []
        self.cpp_info.set_property("cmake_file_name", "tutti")
        self.cpp_info.set_property("cmake_target_name", "tutti::tutti")
        self.cpp_info.set_property("cmake_build_modules", [os.path.join("cmake", "TuttiDispatch.cmake")])
        self.cpp_info.set_property("pkg_config_name", "tutti")
        if self.options.with_openmp:
            self.cpp_info.cxxflags = self.cpp_info.exelinkflags = self.cpp_info.sharedlinkflags = ["-fopenmp"]
