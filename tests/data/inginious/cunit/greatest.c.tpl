int
greatest(const int *list, int n)
{
@	@body@@
}
