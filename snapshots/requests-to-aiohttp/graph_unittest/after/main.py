import os
import unittest

import test_client


def main(url):
    os.environ["SERVER"] = url
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromModule(test_client).run(result)
    return result.testsRun, len(result.failures), len(result.errors)
