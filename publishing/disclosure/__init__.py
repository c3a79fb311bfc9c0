"""Secondary disclosure control: no hidden figure follows from the figures that are shown, by whatever sums tie them."""
