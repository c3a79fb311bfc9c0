"""XmR control charts as the NHS draws them (Making Data Count): the rules in SQL, the profiles as data."""
