"""Media to text: what stands in pictures and what is said in recordings, read in processes of their own."""
