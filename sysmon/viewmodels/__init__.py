"""What is shown, without Qt: figures, words, plots and tables made from what is kept."""
