#include <CUnit/Basic.h>

int greatest(const int *list, int n);

static void
test_one(void)
{
	const int list[] = { 7 };

	CU_ASSERT_EQUAL(greatest(list, 1), 7);
}

static void
test_negative(void)
{
	const int list[] = { -3, -1, -2 };

	CU_ASSERT_EQUAL(greatest(list, 3), -1);
}

int
main(void)
{
	CU_pSuite suite;

	if (CU_initialize_registry() != CUE_SUCCESS)
		return 99;
	suite = CU_add_suite("greatest", NULL, NULL);
	CU_add_test(suite, "one", test_one);
	CU_add_test(suite, "negative", test_negative);
	CU_basic_run_tests();
	return (int)CU_get_number_of_failures();
}
